/**
 * Bytes to a tree of elements, strictly: well-formed XML 1.0 in UTF-8 with namespaces, no document type declaration,
 * no entities but the five of XML and numeric references, and a bound for everything that a sender could make large.
 * Read in slices, so that no body holds up the event loop (`npm run bench:parse` measures the worst ones).
 *
 * saxes and not fast-xml-parser: it alone refuses mismatched tags by itself and can be fed in slices; and one notification
 * costs 28 microseconds here, with all of the below, against 66 of fast-xml-parser with validation. A shorter way for plain
 * documents existed once: it saved 13 of the 200 microseconds that a message takes, and was the hardest file to read.
 */
import { SaxesParser } from 'saxes'
import { yieldEvery } from '../../runtime/yielding.ts'
import {
  createElement,
  type Element,
  MAX_ATTRIBUTE,
  MAX_ATTRIBUTES,
  MAX_DEPTH,
  MAX_NAME,
  Malformed,
} from './element.ts'
import { isBlank, startsAsName, trimXml } from './lexical.ts'

/** Elements, attributes, comments and the like: 100 notifications of 900 fields, each said to be nil, are 181,000. */
const MAX_PARTS = 250_000
/** Salesforce's longest field has 131,072 characters; one written as a reference takes up to ten. */
const MAX_TEXT = 1_400_000
/** Bytes that are parsed in one turn of the event loop: at worst about 10 ms. */
const SLICE = 32 * 1024

export type OnElement = (element: Element, outside: readonly Element[]) => void

/**
 * `onElement` sees every element as soon as it is complete, and those that it lies in: what it throws ends the reading.
 */
export async function parseXml(bytes: Buffer, onElement: OnElement = () => {}): Promise<Element> {
  const reader = createReader(onElement)
  const mayYield = yieldEvery(SLICE)
  for (const slice of slices(bytes)) {
    reader.write(slice)
    if (bytes.length > SLICE) await mayYield(SLICE)
  }
  return reader.end()
}

/** The text, slice by slice, with the line ends that XML says: a character each, whatever the sender's were. */
function* slices(bytes: Buffer): Generator<string> {
  const decoder = createDecoder()
  let halfLineEnd = false
  for (let at = 0, end = 0; at < bytes.length; at = end) {
    end = characterStart(bytes, at + SLICE)
    const text = decode(decoder, bytes.subarray(at, end))
    yield (halfLineEnd && text.startsWith('\n') ? text.slice(1) : text).replace(/\r\n?/g, '\n')
    halfLineEnd = text.endsWith('\r')
  }
}

/** Where the character begins that this byte is part of. */
function characterStart(bytes: Buffer, at: number): number {
  for (let start = at; start > at - 4; start--) {
    if (((bytes[start] ?? 0) & 0b1100_0000) !== 0b1000_0000) return start
  }
  return at
}

/** A mark within the text is text; the one at its start is the parser's to skip. */
function createDecoder() {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
}

function decode(decoder: InstanceType<typeof TextDecoder>, bytes: Buffer): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new Malformed('the body is not UTF-8')
  }
}

type Options = { xmlns: true; position: true }
type Saxes = Pick<SaxesParser<Options>, 'on' | 'write' | 'close' | 'resolve' | 'line' | 'column'>
const Saxes: new (options: Options) => Saxes = SaxesParser

/**
 * With room for all handlers, which saxes keeps under computed names: added one by one, the seventh turns the parser into
 * a slow object for V8 (measured: 14 to 17 microseconds a message before, 69 to 77 after). Only a class can make that room.
 */
class RoomyParser extends Saxes {
  xmldeclHandler = undefined
  textHandler = undefined
  piHandler = undefined
  doctypeHandler = undefined
  commentHandler = undefined
  openTagStartHandler = undefined
  attributeHandler = undefined
  openTagHandler = undefined
  closeTagHandler = undefined
  cdataHandler = undefined
  errorHandler = undefined
}

function createReader(onElement: OnElement) {
  const parser = new RoomyParser({ xmlns: true, position: true })
  const open: Element[] = []
  let root: Element | undefined
  let attributes = 0
  let parts = 0
  /** Characters since the parser last told us of something: so long is what it is gathering. */
  let untold = 0

  const resolve = (prefix: string) => parser.resolve(prefix)
  const refuse = (message: string): never => {
    throw new Malformed(`${message} (line ${parser.line}, column ${parser.column})`)
  }
  const count = () => {
    untold = 0
    parts += 1
    if (parts > MAX_PARTS) refuse(`there are more than ${MAX_PARTS} elements, attributes and comments`)
  }
  parser.on('error', (error) => {
    throw new Malformed(`not well-formed XML: ${error.message.slice(0, 200)}`)
  })
  parser.on('doctype', () => refuse('a document type declaration is not allowed'))
  parser.on('processinginstruction', () => refuse('a processing instruction is not allowed'))
  parser.on('comment', count)
  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== '1.0') refuse('the XML version is not 1.0')
    if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) refuse('the declared encoding is not UTF-8')
  })
  parser.on('opentagstart', ({ name }) => {
    count()
    attributes = 0
    if (open.length >= MAX_DEPTH) refuse('elements are nested too deeply')
    if (name.length > MAX_NAME) refuse('the name of an element is too long')
  })
  parser.on('attribute', ({ name, prefix, local, value }) => {
    count()
    attributes += 1
    if (attributes > MAX_ATTRIBUTES) refuse('an element has too many attributes')
    if (name.length > MAX_NAME || value.length > MAX_ATTRIBUTE) refuse('an attribute is too long')
    if (prefix !== '' && !startsAsName(local)) refuse('the name of an attribute is no name')
    // saxes trims namespaces as JavaScript does: one that ends in a no-break space would be taken for another one.
    if ((prefix === 'xmlns' || name === 'xmlns') && value.trim() !== trimXml(value)) refuse('a namespace is no URI')
  })
  parser.on('opentag', (tag) => {
    if (tag.prefix !== '' && !startsAsName(tag.local)) refuse('the name of an element is no name')
    // Hardly any element has an attribute.
    const given = attributes > 0 ? Object.values(tag.attributes) : []
    const element = createElement(tag.uri, tag.local, given, resolve)
    const parent = open.at(-1)
    if (parent) parent.children.push(element)
    else root = element
    open.push(element)
  })
  const addText = (text: string) => {
    untold = 0
    const element = open.at(-1)
    if (element === undefined) return
    if (element.text.length + text.length > MAX_TEXT) refuse('a text is too long')
    // What came in pieces is still a chain of them: looking at a character joins it. Six million pieces of references
    // kept the garbage collector busy for 40 ms at a time.
    text.charCodeAt(0)
    element.text += text
  }
  parser.on('text', addText)
  parser.on('cdata', (text) => {
    count()
    addText(text)
  })
  parser.on('closetag', () => {
    const element = open.pop()
    if (element === undefined) return
    if (element.nil && (element.children.length > 0 || !isBlank(element.text))) {
      refuse('an element is said to be nil and has content')
    }
    onElement(element, open)
  })
  return {
    write(slice: string) {
      untold += slice.length
      parser.write(slice)
      // Before it ends, and not after: what is gathered piece by piece costs many times its length.
      if (untold > MAX_TEXT) refuse('a text, a tag or a comment is too long')
    },
    end(): Element {
      parser.close()
      return root ?? refuse('there is no element')
    },
  }
}
