/** Changes in the text of our own metadata files: one element a line, four spaces a level. */

export function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? character)
}

/** The first element of that name gets another text. */
export function setText(xml: string, element: string, text: string): string {
  return xml.replace(new RegExp(`(<${element}>)[^<]*`), (_, start: string) => start + escapeXml(text))
}

/** The run of elements of that name becomes one for each text: as the first one is, with that text in `inner`. */
export function repeat(xml: string, element: string, inner: string, texts: string[]): string {
  const one = ` *<${element}>[^]*?</${element}>\\n`
  return xml.replace(new RegExp(`(${one})(?:${one})*`), (_, first: string) =>
    texts.map((text) => setText(first, inner, text)).join(''),
  )
}

/** Each element of that name becomes what the handler makes of its text, white space included. */
export function mapElements(xml: string, element: string, change: (block: string) => string): string {
  return xml.replace(new RegExp(` *<${element}>[^]*?</${element}>\\n`, 'g'), change)
}
