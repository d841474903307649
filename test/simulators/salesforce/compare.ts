import { isId } from './ids.ts'
import { sameId } from './org.ts'
import type { Condition, Literal } from './soql.ts'

/** Whether a field's value meets a condition, as SOQL compares: text without case, ids in either form. */
export function meets(actual: unknown, { operator, values }: Condition): boolean {
  const [expected = null] = values
  if (operator === 'IN') return values.some((one) => equal(actual, one))
  if (operator === '=') return equal(actual, expected)
  if (operator === '!=' || operator === '<>') return !equal(actual, expected)
  if (actual === null || expected === null) return false
  const difference = compare(actual, expected)
  if (operator === '<') return difference < 0
  if (operator === '>') return difference > 0
  return operator === '<=' ? difference <= 0 : difference >= 0
}

/** Negative when `one` sorts before `other`; null sorts first. */
export function compare(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  const [left, right] = [comparable(one), comparable(other)]
  if (left === right) return 0
  return left < right ? -1 : 1
}

/** Salesforce refuses a filter on an id field that does not hold an id. */
export function badIds({ path, operator, values }: Condition): Literal[] {
  if (!/id$/i.test(path.at(-1) ?? '') || !['IN', '=', '!=', '<>'].includes(operator)) return []
  return values.filter((value) => value !== null && !(typeof value === 'string' && isId(value)))
}

function equal(actual: unknown, expected: Literal): boolean {
  if (typeof actual !== 'string' || typeof expected !== 'string') return actual === expected
  if (isDateTime(actual) && isDateTime(expected)) return compare(actual, expected) === 0
  if (actual.length !== expected.length && isId(actual) && isId(expected)) return sameId(actual, expected)
  return actual.toLowerCase() === expected.toLowerCase()
}

function comparable(value: unknown): string | number {
  const text = String(value ?? '')
  return isDateTime(text) ? Date.parse(text.replace(/\+0000$/, 'Z')) : text
}

function isDateTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT/.test(text)
}
