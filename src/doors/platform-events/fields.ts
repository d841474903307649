/** The values of an event as the ledger keeps them, and as the door reads them. */
import type { Fields, FieldValue } from '../../domain/field.ts'
import type { Values } from './avro.ts'

/** Those that say something: a change event names all fields, and is null where nothing changed. */
export function toFields(values: Values): Fields {
  const said = Object.entries(values).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(said.map(([name, value]) => [name, toFieldValue(value)]))
}

function toFieldValue(value: unknown): FieldValue {
  if (typeof value === 'boolean') return value
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value)))
    return { number: String(value) }
  if (typeof value === 'string') return storable(value)
  // Addresses and the header of a change event: as JSON, the way they came.
  return storable(JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)))
}

/** Postgres holds neither NUL nor half a character. */
function storable(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd')
}

/** Empty where it is no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Of milliseconds since 1970, as Avro has them. */
export function dateOf(value: unknown): Date | undefined {
  const ms = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? undefined : date
}
