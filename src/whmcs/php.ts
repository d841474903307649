/** PHP's `serialize`, as far as WHMCS's API asks for it: an array of texts and numbers by id, in base64. */

/** Lengths count bytes of UTF-8: one that counted characters would be no array to PHP, and nothing would say so. */
export function serialized(entries: Record<string, string>, numbers: 'as texts' | 'as integers'): string {
  const parts = Object.entries(entries).map(([key, value]) => {
    const content = numbers === 'as integers' && INTEGER.test(value) ? `i:${value};` : text(value)
    return `${INTEGER.test(key) ? `i:${key};` : text(key)}${content}`
  })
  return Buffer.from(`a:${parts.length}:{${parts.join('')}}`).toString('base64')
}

/** As PHP itself would write one: `007` is a text. */
const INTEGER = /^(?:0|[1-9]\d{0,17})$/

function text(value: string): string {
  return `s:${Buffer.byteLength(value)}:"${value}";`
}
