/** How what the operations answer is written as JSON: what is not there is null, so that every field is always there. */
export function toWire(value: unknown): unknown {
  if (value === undefined) return null
  if (Array.isArray(value)) return value.map(toWire)
  if (value === null || typeof value !== 'object' || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toWire(inner)]))
}
