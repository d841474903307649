/** Where a value of the mapping comes from: a constant, or a field of Salesforce, as it is or by way of a table. */
import { Failure } from '../failure.ts'

/** The objects of an order, as the mapping names them. `Account` is that of the order, `Product2` that of the line. */
export const OBJECTS = ['Order', 'Account', 'OrderItem', 'Product2', 'PricebookEntry'] as const

export type Value =
  | { kind: 'constant'; text: string }
  /** `path` as in `Account.Owner.Email`. With a map, a text that it lacks becomes `fallback`, or is refused. */
  | { kind: 'field'; path: string; map?: Record<string, string>; fallback?: string }

/** What Salesforce says of a field; null where it is empty. */
export type Scalar = string | number | boolean | null
/** By path. A path that is not in it was not asked for. */
export type Fields = Record<string, Scalar>

/** One thing that AddOrder is asked, and where that comes from. */
export interface Evaluated {
  text: string
  from: string
}

/** Whose field it is that has to be mended, and what it was to become. */
export interface Place {
  record: string
  what: string
}

/** Empty where the field is. Throws MAPPED_VALUE_UNKNOWN for a text that a table lacks. */
export function evaluate(value: Value, fields: Fields, { record, what }: Place): Evaluated {
  if (value.kind === 'constant') return { text: value.text, from: 'constant' }
  const { path, map, fallback } = value
  const found = fields[path] ?? null
  const key = found === null ? '' : String(found)
  const mapped = map === undefined || !Object.hasOwn(map, key) ? undefined : map[key]
  if (mapped !== undefined) return { text: mapped, from: `${path} (${key}), mapped` }
  if (key === '')
    return { text: fallback ?? '', from: fallback === undefined ? `${path} (empty)` : `${path} (default)` }
  if (map === undefined) return { text: textOf(found), from: path }
  if (fallback !== undefined) return { text: fallback, from: `${path} (${key}), default` }
  const detail = `is '${key}', of which the mapping of ${what} says nothing`
  throw new Failure('MAPPED_VALUE_UNKNOWN', { record, field: path, detail })
}

/** PHP takes the word `false` for true. */
function textOf(found: Scalar): string {
  if (typeof found === 'boolean') return found ? '1' : '0'
  return found === null ? '' : String(found)
}

/** Whether a text says yes: what PHP takes for true, but for the words that people write. */
export function isYes(text: string): boolean {
  return !/^(?:|0|false|no|off)$/i.test(text.trim())
}

/** The path that it reads, if it reads one. */
export function pathOf(value: Value): string[] {
  return value.kind === 'field' ? [value.path] : []
}

/** `Order` and `Account` are the same for all lines of an order. */
export function isOfOrder(path: string): boolean {
  return /^(?:Order|Account)\./.test(path)
}
