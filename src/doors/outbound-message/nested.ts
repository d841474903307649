/** A field that holds elements where the contract has a plain value. Nobody works with it; a person may want to read it. */
import type { Element } from './element.ts'
import { trimXml } from './lexical.ts'

export interface Nested {
  /** Its content as XML, without namespaces and attributes. */
  nested: string
}

export function nestedText({ text, children }: Element): string {
  // The text around the elements is almost always white space, and its place among them is not known any more.
  return escapeText(trimXml(text)) + children.map(elementText).join('')
}

function elementText(element: Element): string {
  const content = nestedText(element)
  return content === '' ? `<${element.name}/>` : `<${element.name}>${content}</${element.name}>`
}

function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;' })[character] ?? '&gt;')
}
