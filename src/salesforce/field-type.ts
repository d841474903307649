/** The type of a field as a WSDL of Salesforce has it: `ID`, `string`, `dateTime`. */
import { text } from './order-query.ts'
import type { Row } from './rest.ts'

/** By the type of the describe, where it does not name the other one. */
const BY_TYPE: Record<string, string> = {
  id: 'ID',
  reference: 'ID',
  boolean: 'boolean',
  int: 'int',
  long: 'long',
  double: 'double',
  currency: 'double',
  percent: 'double',
  date: 'date',
  datetime: 'dateTime',
  time: 'time',
  base64: 'base64Binary',
  anyType: 'anyType',
}
const TEXTS = [
  'string',
  'textarea',
  'picklist',
  'multipicklist',
  'combobox',
  'email',
  'phone',
  'url',
  'encryptedstring',
]

/** Of a field in a describe. Undefined: it does not say, or it is of a kind that no message carries. */
export function fieldType({ soapType, type }: Row): string | undefined {
  const named = text(soapType)?.replace(/^.*:/, '')
  if (named !== undefined) return named
  const given = text(type) ?? ''
  return TEXTS.includes(given) ? 'string' : BY_TYPE[given]
}
