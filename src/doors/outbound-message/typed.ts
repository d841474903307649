/** The text of a field as JSON of the type that the contract gives it. */
import type { FieldType } from './contract.ts'
import { isBlank, trimXml } from './lexical.ts'

const JSON_NUMBER = /^-?(?:0|[1-9]\d{0,400})(?:\.\d{1,400})?(?:[eE][+-]?\d{1,3})?$/
const XSD_DOUBLE = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN)$/
/** Of all types that are not text. */
const MAX_VALUE = 1_000
const LEXICAL: Partial<Record<FieldType, RegExp>> = {
  boolean: /^(?:true|false|1|0)$/,
  int: /^[+-]?\d{1,20}$/,
  long: /^[+-]?\d{1,20}$/,
  double: XSD_DOUBLE,
  decimal: XSD_DOUBLE,
  date: /^-?\d{4,}-\d\d-\d\d(?:Z|[+-]\d\d:\d\d)?$/,
  dateTime: /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/,
  time: /^\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/,
}
const NUMERIC: ReadonlySet<FieldType> = new Set(['int', 'long', 'double', 'decimal'])

/** Undefined: the text is not of that type. */
export function typedJson(type: FieldType, text: string): string | undefined {
  const lexical = LEXICAL[type]
  if (lexical === undefined) return JSON.stringify(text)
  // Salesforce leaves out what is null; whoever writes it empty means the same.
  if (isBlank(text)) return 'null'
  if (text.length > MAX_VALUE) return undefined
  const value = trimXml(text)
  if (!lexical.test(value)) return undefined
  if (type === 'boolean') return value === 'true' || value === '1' ? 'true' : 'false'
  // Infinity and the like are no JSON numbers: they stay text. All others stay digit for digit what they were.
  return JSON_NUMBER.test(value) && NUMERIC.has(type) ? value : JSON.stringify(value)
}
