/**
 * What a message has that its contract did not lead to expect: the outbound message was changed in Salesforce, and the
 * WSDL here was not. It is no reason to lose an order, so values are kept as text; it is one to tell somebody.
 */

export interface Drift {
  /** The contract does not have them. */
  unknownFields: Set<string>
  /** Their value is not of the contract's type. */
  mistypedFields: Set<string>
  /** They hold elements instead of a value. */
  nestedFields: Set<string>
}

export function createDrift(): Drift {
  return { unknownFields: new Set(), mistypedFields: new Set(), nestedFields: new Set() }
}

/** Enough to see what is missing, and little enough for a log line. */
const MOST = 50
const LONGEST = 80

export function noteDrift(fields: Set<string>, name: string): void {
  if (fields.size < MOST) fields.add(name.slice(0, LONGEST))
}

/** What is told of it, the names in order. Undefined: there is none. */
export function describeDrift(drift: Drift): Record<string, string[]> | undefined {
  const kinds = Object.entries(drift).filter(([, fields]) => fields.size > 0)
  if (kinds.length === 0) return undefined
  return Object.fromEntries(kinds.map(([kind, fields]) => [kind, [...fields].sort()]))
}

/** In words for the sender, which are never its values. */
export function explainDrift({ unknownFields, mistypedFields, nestedFields }: Drift): string {
  const few = (fields: Set<string>) => [...fields].sort().slice(0, 10).join(', ')
  if (unknownFields.size > 0) return `the contract has no field ${few(unknownFields)}`
  if (mistypedFields.size > 0) return `a value is not of the type of its field: ${few(mistypedFields)}`
  return `a field is not a plain value: ${few(nestedFields)}`
}
