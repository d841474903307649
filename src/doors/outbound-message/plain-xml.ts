/**
 * Reads XML that uses the plain part of the language, as Salesforce does; anything else it leaves to xml.ts. It never
 * refuses: for what it doesn't know, and for what is wrong, it has no answer. A test holds both against each other.
 *
 * Worth it because every Ack pays for it: one notification takes 24 microseconds there and 11 here, a hundred take 1,300 and 580.
 */
import {
  type Attribute,
  createElement,
  type Element,
  MAX_ATTRIBUTE,
  MAX_ATTRIBUTES,
  MAX_DEPTH,
  MAX_NAME,
} from './element.ts'

/**
 * Larger bodies are read in slices, which this can't: it would hold up everybody else for too long. Of 256 KiB the dearest
 * documents took 45 ms in one turn. A hundred notifications of a few fields fit.
 */
export const PLAIN_LIMIT = 64 * 1024

const DECLARATION = /^<\?xml version="1\.0"(?: encoding="(?:UTF|utf)-8")?\?>/
const NAME = /^(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*$/
const ATTRIBUTE = /[ \t\n]+([^<>&"'= \t\n]+)="([^"<&\t\n]*)"/y
/** XML's white space, which is less than `\s` takes for it. */
const SPACE = /[ \t\n]/
const BLANK = /^[ \t\n]*$/
/** Line ends that are to be exchanged, references, and what XML forbids. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for; by \p{Cc} it takes half as long again
const UNUSUAL = /[\x00-\x08\x0b-\x1f&\ufffe\uffff]/
const RESERVED = /^xml/i
const RESERVED_NAMESPACE = /^http:\/\/www\.w3\.org\/(?:XML|2000\/xmlns)/
const MAX_NAMESPACES = 16

/** The namespaces in force, the innermost first. */
interface Scope {
  prefix: string
  uri: string
  outer: Scope | undefined
  size: number
}

interface Open {
  element: Element
  qname: string
  scope: Scope | undefined
}

/** The root element, or undefined: read it with the full parser. */
export function parsePlainXml(text: string): Element | undefined {
  if (UNUSUAL.test(text) || text.includes(']]>')) return undefined
  const document = createElement('', '', [], () => undefined)
  const outside: Open[] = []
  let inside: Open = { element: document, qname: '', scope: undefined }
  let at = DECLARATION.exec(text)?.[0].length ?? 0

  while (at < text.length) {
    const start = text.indexOf('<', at)
    if (start !== at) inside.element.text += text.slice(at, start < 0 ? text.length : start)
    if (start < 0) break
    if (text[start + 1] === '/') {
      const outer = outside.pop()
      at = afterEnd(text, start, inside.qname)
      if (outer === undefined || at < 0) return undefined
      inside = outer
      continue
    }
    const end = text.indexOf('>', start)
    const empty = text[end - 1] === '/'
    const tag = end < 0 ? undefined : readTag(text.slice(start + 1, empty ? end - 1 : end), inside.scope)
    if (tag === undefined || outside.length >= MAX_DEPTH) return undefined
    inside.element.children.push(tag.element)
    at = end + 1
    if (empty) continue
    // Nearly all elements hold text and nothing else: they need not be opened first.
    const next = text.indexOf('<', at)
    const after = afterEnd(text, next, tag.qname)
    if (after < 0) {
      outside.push(inside)
      inside = tag
    } else {
      tag.element.text = text.slice(at, next)
      at = after
    }
  }
  const [root, another] = document.children
  return outside.length === 0 && another === undefined && BLANK.test(document.text) ? root : undefined
}

/** Where it goes on after the end tag that begins at `at`; negative: there is no such tag. */
function afterEnd(text: string, at: number, qname: string): number {
  const end = at + 2 + qname.length
  return at >= 0 && text[at + 1] === '/' && text.startsWith(qname, at + 2) && text[end] === '>' ? end + 1 : -1
}

/** `inner`: what is between the angle brackets. */
function readTag(inner: string, outer: Scope | undefined): Open | undefined {
  if (NAME.test(inner)) return toOpen(inner, [], outer)
  const space = inner.search(SPACE)
  const qname = inner.slice(0, space)
  const attributes = space > 0 && NAME.test(qname) ? readAttributes(inner.slice(space)) : undefined
  return attributes && toOpen(qname, attributes, outer)
}

function readAttributes(text: string): Map<string, string> | undefined {
  const attributes = new Map<string, string>()
  for (let at = 0; at < text.length && !BLANK.test(text.slice(at)); at = ATTRIBUTE.lastIndex) {
    ATTRIBUTE.lastIndex = at
    const [, qname = '', value = ''] = ATTRIBUTE.exec(text) ?? []
    const long = qname.length > MAX_NAME || value.length > MAX_ATTRIBUTE
    if (!NAME.test(qname) || long || attributes.has(qname) || attributes.size >= MAX_ATTRIBUTES) return undefined
    attributes.set(qname, value)
  }
  return attributes
}

function toOpen(qname: string, attributes: Iterable<[string, string]>, outer: Scope | undefined): Open | undefined {
  let scope = outer
  for (const [name, uri] of attributes) {
    const prefix = declaredBy(name)
    if (prefix === undefined) continue
    const usual = uri !== '' && uri === uri.trim() && !RESERVED.test(prefix) && !RESERVED_NAMESPACE.test(uri)
    if (!usual) return undefined
    scope = { prefix, uri, outer: scope, size: (scope?.size ?? 0) + 1 }
    if (scope.size > MAX_NAMESPACES) return undefined
  }
  const resolved: Attribute[] = []
  for (const [name, value] of attributes) {
    if (declaredBy(name) !== undefined) continue
    const { prefix, local } = split(name)
    const uri = prefix === '' ? '' : find(scope, prefix)
    // Two prefixes can stand for one namespace.
    if (uri === undefined || resolved.some((other) => other.local === local)) return undefined
    resolved.push({ uri, local, value })
  }
  const { prefix, local } = split(qname)
  const uri = find(scope, prefix) ?? (prefix === '' ? '' : undefined)
  if (uri === undefined || qname.length > MAX_NAME) return undefined
  return { element: createElement(uri, local, resolved, (wanted) => find(scope, wanted)), qname, scope }
}

/** The prefix that an attribute declares, if that is what it does; '' stands for the default namespace. */
function declaredBy(name: string): string | undefined {
  if (name === 'xmlns') return ''
  return name.startsWith('xmlns:') ? name.slice(6) : undefined
}

function split(qname: string): { prefix: string; local: string } {
  const colon = qname.indexOf(':')
  return colon < 0 ? { prefix: '', local: qname } : { prefix: qname.slice(0, colon), local: qname.slice(colon + 1) }
}

function find(scope: Scope | undefined, prefix: string): string | undefined {
  for (let one = scope; one !== undefined; one = one.outer) if (one.prefix === prefix) return one.uri
  return undefined
}
