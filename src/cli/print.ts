/** What goes to the terminal. Others' texts - of Salesforce, WHMCS, Postgres - must not steer it. */

/** Control characters but the line break, and those that change the order or the lines in which text is shown. */
const STEERING = /(?!\n)\p{Cc}|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu

/** The same text with such characters written as JSON would write them. */
export function visible(text: string): string {
  return text.replace(STEERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The same without line breaks, for what has a line or a cell of its own. */
export function oneLine(text: string): string {
  return visible(text.replaceAll('\r\n', '\n').replaceAll('\n', '\\n'))
}

/** `paint`: adds colours, after the text can do no harm any more. */
export function print(text: string, paint: ((text: string) => string) | undefined = undefined): void {
  const harmless = visible(text)
  process.stdout.write(`${paint === undefined ? harmless : paint(harmless)}\n`)
}

/** JSON.stringify leaves the control characters above 127 as they are. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}
