/**
 * Bytes to a tree of elements, strictly: well-formed XML 1.0 in UTF-8 with namespaces, no document type declaration,
 * no entities but the five of XML and numeric references, bounded depth. Big bodies are read in slices, so that no
 * body holds up the event loop.
 *
 * saxes and not fast-xml-parser: measured on one notification 24 against 62 microseconds, on a hundred 0.9 against 3.4
 * milliseconds (validated, as it must be: by itself fast-xml-parser takes mismatched tags), and it alone can be fed in slices.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { SaxesParser, type SaxesTagNS } from 'saxes'

export interface Element {
  uri: string
  name: string
  /** `xsi:type`, its prefix resolved. */
  type?: { uri: string; name: string }
  /** `xsi:nil` is true. */
  nil: boolean
  children: Element[]
  /** The text directly in it, references resolved, white space kept. */
  text: string
}

/** What the sender did wrong, in words that may go back to it. */
export class Malformed extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Malformed'
  }
}

const XSI = 'http://www.w3.org/2001/XMLSchema-instance'
/** Envelope, Body, notifications, Notification, sObject, field - and room to say that a field has children. */
const MAX_DEPTH = 12
const MAX_ATTRIBUTES = 40
/** Characters that are parsed in one turn of the event loop: about 5 ms. */
const SLICE = 256 * 1024

export async function parseXml(bytes: Buffer): Promise<Element> {
  const reader = createReader()
  const text = decode(bytes)
  for (let at = 0; at < text.length; at += SLICE) {
    if (at > 0) await turn()
    reader.write(text.slice(at, at + SLICE))
  }
  return reader.end()
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Malformed('the body is not UTF-8')
  }
}

function createReader() {
  const parser = new SaxesParser({ xmlns: true, position: true })
  const open: Element[] = []
  let root: Element | undefined
  let attributes = 0

  const refuse = (message: string): never => {
    throw new Malformed(`${message} (line ${parser.line}, column ${parser.column})`)
  }
  parser.on('error', (error) => {
    throw new Malformed(`not well-formed XML: ${error.message.slice(0, 200)}`)
  })
  parser.on('doctype', () => refuse('a document type declaration is not allowed'))
  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== '1.0') refuse('the XML version is not 1.0')
    if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) refuse('the declared encoding is not UTF-8')
  })
  parser.on('opentagstart', () => {
    attributes = 0
    if (open.length >= MAX_DEPTH) refuse('elements are nested too deeply')
  })
  parser.on('attribute', () => {
    attributes += 1
    if (attributes > MAX_ATTRIBUTES) refuse('an element has too many attributes')
  })
  parser.on('opentag', (tag) => {
    const element = toElement(tag, (prefix) => parser.resolve(prefix))
    const parent = open.at(-1)
    if (parent) parent.children.push(element)
    else root = element
    open.push(element)
  })
  const addText = (text: string) => {
    const element = open.at(-1)
    if (element) element.text += text
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    open.pop()
  })
  return {
    write: (slice: string) => void parser.write(slice),
    end(): Element {
      parser.close()
      return root ?? refuse('there is no element')
    },
  }
}

function toElement(tag: SaxesTagNS, resolve: (prefix: string) => string | undefined): Element {
  const element: Element = { uri: tag.uri, name: tag.local, nil: false, children: [], text: '' }
  for (const attribute of Object.values(tag.attributes)) {
    if (attribute.uri !== XSI) continue
    if (attribute.local === 'nil') element.nil = /^\s*(?:true|1)\s*$/.test(attribute.value)
    if (attribute.local === 'type') {
      const [, prefix = '', name = ''] = /^\s*(?:([^:\s]+):)?([^:\s]+)\s*$/.exec(attribute.value) ?? []
      element.type = { uri: resolve(prefix) ?? '', name }
    }
  }
  return element
}
