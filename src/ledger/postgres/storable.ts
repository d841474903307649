/** Other systems' texts: a NUL, which Postgres refuses, would hold up the whole batch, again and again. */
export function storable(text: string): string {
  return text.replaceAll('\0', '')
}

export function storableJson(texts: Record<string, string>): string {
  return JSON.stringify(texts, (_key, value: unknown) => (typeof value === 'string' ? storable(value) : value))
}
