/**
 * Texts of others as Postgres can hold them: without NUL, and with a mark in the place of half a character. Either would
 * hold up the whole batch, again and again.
 */
export function storable(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd')
}

/** How JSON writes NUL and half a character; or a text with such words, which is looked at in vain. */
const SUSPICIOUS = /\\u(?:0000|d[89a-f])/

/** The JSON of a value, with its texts made so. Hardly ever is there anything to make: it is looked for in the JSON. */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value)
  if (text === undefined || !SUSPICIOUS.test(text)) return text
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? storable(inner) : inner))
}
