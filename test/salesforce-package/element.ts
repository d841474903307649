/** An XML file as a tree, for the checks. */
import { SaxesParser } from 'saxes'

export interface Element {
  name: string
  attributes: Record<string, string>
  text: string
  children: Element[]
}

/** Throws when the text is not well-formed XML; the message has line and column. */
export function parseElement(xml: string): Element {
  const top: Element = { name: '', attributes: {}, text: '', children: [] }
  const open = [top]
  const parser = new SaxesParser()
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name, attributes, text: '', children: [] }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('text', (text) => {
    const element = open.at(-1)
    if (element) element.text += text
  })
  parser.on('closetag', () => void open.pop())
  parser.write(xml).close()
  const [root] = top.children
  if (root === undefined) throw new Error('there is no element')
  return root
}

/** All elements at that path of names below one, as in `start/filters`. */
export function all(element: Element, path: string): Element[] {
  return path
    .split('/')
    .reduce(
      (found, name) => found.flatMap(({ children }) => children.filter((child) => child.name === name)),
      [element],
    )
}

export function texts(element: Element, path: string): string[] {
  return all(element, path).map(({ text }) => text.trim())
}

/** The only text at that path; empty when there is none. */
export function text(element: Element, path: string): string {
  return texts(element, path)[0] ?? ''
}
