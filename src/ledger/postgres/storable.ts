/**
 * Texts of others as Postgres can hold them: without NUL, and with a mark in the place of half a character. Either would
 * hold up the whole batch, again and again.
 */
export function storable(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd')
}

/** The JSON of a value, with its texts made so. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? storable(inner) : inner))
}
