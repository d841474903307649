import type { ListShape } from './types.ts'

/** The body of one answer, before it is written as JSON or XML. */
export type Reply = Record<string, unknown>

export const success = (fields: Reply = {}): Reply => ({ result: 'success', ...fields })

export const failure = (message: string): Reply => ({ result: 'error', message })

/** `{singular: rows}` in the shape asked for; nothing at all comes as `{singular: []}`, `{}` or `""`. */
export const listOf = (singular: string, rows: unknown[], shape: ListShape): unknown => {
  switch (shape) {
    case 'array':
      return { [singular]: rows }
    case 'numeric':
      return rows.length === 0 ? {} : { [singular]: Object.fromEntries(rows.entries()) }
    case 'single':
      if (rows.length === 0) return ''
      return { [singular]: rows.length === 1 ? rows[0] : rows }
    default:
      return shape satisfies never
  }
}

/** JSON as PHP's json_encode writes it: slashes and everything beyond ASCII escaped. */
export const toJson = (reply: Reply): string =>
  JSON.stringify(reply)
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** XML-like: enough for a client that forgot responsetype=json to fail on it. */
export const toXml = (action: string, reply: Reply): string =>
  `<?xml version="1.0" encoding="utf-8"?>\n<whmcsapi version="8.13.1">\n${element('action', action)}${element('', reply)}</whmcsapi>\n`

const element = (name: string, value: unknown): string => {
  if (Array.isArray(value)) return value.map((item) => element(name, item)).join('')
  const content =
    typeof value === 'object' && value !== null
      ? Object.entries(value)
          .map(([key, item]) => element(key, item))
          .join('')
      : escapeXml(String(value ?? ''))
  return name === '' ? content : `<${name}>${content}</${name}>\n`
}

const escapeXml = (raw: string): string =>
  raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
