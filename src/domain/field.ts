/** Field values as DBAs read them: typed by the contract, numbers exact. */

/** Text, truth, nothing, or a number in its decimal notation: a float would change it. */
export type FieldValue = string | boolean | null | { number: string }

export type Fields = Record<string, FieldValue>

/** The same as JSON, in UTF-8. */
export type EncodedFields = Buffer

/** The JSON of the fields, numbers digit for digit as they came. */
export function toJson(fields: Fields): string {
  const members = Object.entries(fields).map(([name, value]) => `${JSON.stringify(name)}:${valueToJson(value)}`)
  return `{${members.join(',')}}`
}

function valueToJson(value: FieldValue): string {
  return typeof value === 'object' && value !== null ? value.number : JSON.stringify(value)
}
