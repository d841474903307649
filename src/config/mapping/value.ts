/** One value of the mapping: a constant, a field, or `{"from", "map", "default"}`. */
import type { Value } from '../../domain/mapping/value.ts'
import { isObject } from '../../runtime/is-object.ts'
import { isPath, looksLikePath, type Scope } from './paths.ts'
import { entriesOf, type Problems, unknownKey } from './problems.ts'

export interface Reading {
  where: string
  scope: Scope
  problems: Problems
}

const KEYS = ['from', 'map', 'default', 'constant']

export function readValue(given: unknown, reading: Reading): Value | undefined {
  const { where, scope, problems } = reading
  if (isObject(given)) return readObject(given, reading)
  const text = scalar(given)
  if (text === undefined) {
    problems.push(`${where} is neither a text, a number, a truth value nor {"from", "map", "default"}`)
    return undefined
  }
  if (typeof given !== 'string') return { kind: 'constant', text }
  if (isPath(text, scope)) return { kind: 'field', path: text }
  if (!looksLikePath(text)) return { kind: 'constant', text }
  problems.push(`${where} '${text}' ${noField(text, scope)}. As a constant: {"constant": "…"}`)
  return undefined
}

function readObject(given: Record<string, unknown>, reading: Reading): Value | undefined {
  const { where, scope, problems } = reading
  const before = problems.length
  for (const key of Object.keys(given)) if (!KEYS.includes(key)) problems.push(unknownKey(`${where}.${key}`, KEYS))
  if ('constant' in given) {
    const text = scalar(given.constant)
    if (text === undefined) problems.push(`${where}.constant is not a text, a number or a truth value`)
    if (Object.keys(given).length > 1) problems.push(`${where} has a constant, and more beside it`)
    return text === undefined ? undefined : { kind: 'constant', text }
  }
  const { from } = given
  if (typeof from !== 'string' || !isPath(from, scope)) {
    problems.push(`${where}.from ${typeof from === 'string' ? `'${from}' ${noField(from, scope)}` : 'is missing'}`)
  }
  const map = 'map' in given ? readMap(given.map, `${where}.map`, problems) : undefined
  const fallback = 'default' in given ? scalar(given.default) : undefined
  if ('default' in given && fallback === undefined) {
    problems.push(`${where}.default is not a text, a number or a truth value`)
  }
  if (problems.length > before || typeof from !== 'string') return undefined
  return { kind: 'field', path: from, ...(map && { map }), ...(fallback !== undefined && { fallback }) }
}

function readMap(given: unknown, where: string, problems: Problems): Record<string, string> {
  if (given === undefined) problems.push(`${where} is not an object`)
  const found: [string, string][] = []
  for (const [key, value] of entriesOf(given, where, problems)) {
    const text = scalar(value)
    if (text === undefined) problems.push(`${where}.${key} is not a text, a number or a truth value`)
    else found.push([key, text])
  }
  return Object.fromEntries(found)
}

/** PHP's way with truth. */
function scalar(given: unknown): string | undefined {
  if (typeof given === 'boolean') return given ? '1' : '0'
  return typeof given === 'string' || typeof given === 'number' ? String(given) : undefined
}

export function noField(text: string, scope: Scope): string {
  if (scope === 'order' && isPath(text, 'line')) return 'is a field of the lines, and this is of the whole order'
  const objects = scope === 'order' ? 'Order or Account' : 'Order, Account, OrderItem, Product2 or PricebookEntry'
  return `names no field: it takes ${objects}, up to three relationships, and a field, as in Account.Owner.Email`
}
