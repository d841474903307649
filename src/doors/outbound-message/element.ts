/** The elements of a message, as far as it needs them. */
import { splitQName, trimXml } from './lexical.ts'

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

export interface Attribute {
  uri: string
  local: string
  value: string
}

/** What the sender did wrong, in words that may go back to it. */
export class Malformed extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Malformed'
  }
}

/** Salesforce's names have at most 80 characters. */
export const MAX_NAME = 255
/** Namespaces, types, nil. Not longer: a namespace's costs come again with every attribute that is in it. */
export const MAX_ATTRIBUTE = 1_000
export const MAX_ATTRIBUTES = 40
/** Envelope, Body, notifications, Notification, sObject, field - and room to say that a field has children. */
export const MAX_DEPTH = 12

const XSI = 'http://www.w3.org/2001/XMLSchema-instance'

/** An element without its content. */
export function createElement(
  uri: string,
  name: string,
  attributes: Iterable<Attribute>,
  resolve: (prefix: string) => string | undefined,
): Element {
  const element: Element = { uri, name, nil: false, children: [], text: '' }
  for (const attribute of attributes) {
    if (attribute.uri !== XSI) continue
    if (attribute.local === 'nil') element.nil = /^(?:true|1)$/.test(trimXml(attribute.value))
    if (attribute.local === 'type') {
      const type = splitQName(attribute.value)
      element.type = { uri: (type && resolve(type.prefix)) ?? '', name: type?.local ?? '' }
    }
  }
  return element
}
