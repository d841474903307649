/** The blocks of values: parameters of WHMCS by name, those of single products, conditions, what is written back. */
import type { Condition } from '../../domain/mapping/conditions.ts'
import type { ProductOverride, ProductOverrides, Values, WriteBack } from '../../domain/mapping/mapping.ts'
import { LINE_ARRAYS, LINE_PARAMETERS } from '../../domain/mapping/parameters.ts'
import type { Scalar } from '../../domain/mapping/value.ts'
import { WRITTEN } from '../../domain/mapping/written.ts'
import { isObject } from '../../runtime/is-object.ts'
import { isPath, type Scope } from './paths.ts'
import { entriesOf, type Problems, readChoice, unknownKey } from './problems.ts'
import { noField, readValue } from './value.ts'

/** An id of WHMCS, or the name of a domain field. */
export const ARRAY_KEYS: Record<string, RegExp> = {
  configoptions: /^[1-9]\d{0,9}$/,
  customfields: /^[1-9]\d{0,9}$/,
  domainfields: /^[\w -]{1,60}$/,
}
export const FIELD_NAME = /^[A-Za-z][A-Za-z0-9_]*$/

interface Block {
  where: string
  scope: Scope
  /** Names of parameters. */
  known: readonly string[]
  /** Names of arrays that take `<name>.<key>`. */
  arrays?: readonly string[]
  problems: Problems
}

export function readBlock(given: unknown, { where, scope, known, arrays = [], problems }: Block): Values {
  const values: Values = {}
  for (const [name, value] of flattened(entriesOf(given, where, problems), arrays)) {
    const at = `${where}.${name}`
    const [array = '', key] = name.split(/\.(.*)/s)
    const isKnown =
      known.includes(name) || (key !== undefined && arrays.includes(array) && ARRAY_KEYS[array]?.test(key))
    if (!isKnown) {
      const all = [...known, ...arrays.map((one) => `${one}.<id>`)]
      problems.push(unknownKey(at, all))
      continue
    }
    const read = readValue(value, { where: at, scope, problems })
    if (read !== undefined) values[name] = read
  }
  return values
}

/** `{"configoptions": {"12": …}}` means the same as `{"configoptions.12": …}`. */
function flattened(entries: [string, unknown][], arrays: readonly string[]): [string, unknown][] {
  return entries.flatMap(([name, value]) =>
    arrays.includes(name) && isObject(value)
      ? Object.entries(value).map(([key, inner]): [string, unknown] => [`${name}.${key}`, inner])
      : [[name, value] as [string, unknown]],
  )
}

export const LINE_NAMES = Object.keys(LINE_PARAMETERS)

export function readLine(given: unknown, where: string, problems: Problems): Values {
  return readBlock(given, { where, scope: 'line', known: LINE_NAMES, arrays: LINE_ARRAYS, problems })
}

const PRODUCT_KEYS = ['pid', 'billingCycle', 'skip', 'prices', 'line']

export function readProducts(given: unknown, problems: Problems): ProductOverrides {
  const products: ProductOverrides = {}
  for (const [product, value] of entriesOf(given, 'products', problems)) {
    const where = `products.${product}`
    if (isObject(value)) products[product] = readProduct(value, where, problems)
    else problems.push(`${where} is not an object`)
  }
  return products
}

function readProduct(given: Record<string, unknown>, where: string, problems: Problems): ProductOverride {
  const override: ProductOverride = {}
  const flat: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) {
    const at = `${where}.${key}`
    if (key.startsWith('line.')) flat[key.slice('line.'.length)] = value
    else if (!PRODUCT_KEYS.includes(key)) problems.push(unknownKey(at, PRODUCT_KEYS))
    else if (key === 'pid' || key === 'billingCycle') {
      if (typeof value === 'string' && /\S/.test(value)) override[key] = value
      else problems.push(`${at} is not a usable name`)
    }
  }
  const prices = readChoice(given.prices, { where: `${where}.prices`, choices: ['whmcs', 'salesforce'], problems })
  const skip =
    given.skip === undefined ? undefined : readValue(given.skip, { where: `${where}.skip`, scope: 'line', problems })
  const line = {
    ...readLine(given.line, `${where}.line`, problems),
    ...readLine(flat, `${where}.line`, problems),
  }
  if (prices) override.prices = prices
  if (skip) override.skip = skip
  return Object.keys(line).length > 0 ? { ...override, line } : override
}

const OPERATORS = ['equals', 'in', 'not']

export function readConditions(given: unknown, where: string, problems: Problems): Condition[] {
  if (given === undefined) return []
  if (!Array.isArray(given)) {
    problems.push(`${where} is not a list of conditions, as in [{"field": "Order.Type", "equals": "New"}]`)
    return []
  }
  return given.flatMap((one: unknown, i) => readCondition(one, `${where}[${i}]`, problems) ?? [])
}

function readCondition(given: unknown, where: string, problems: Problems): Condition | undefined {
  const entries = entriesOf(given ?? '', where, problems)
  const before = problems.length
  if (!isObject(given)) return undefined
  for (const [key] of entries) {
    if (key !== 'field' && !OPERATORS.includes(key))
      problems.push(unknownKey(`${where}.${key}`, ['field', ...OPERATORS]))
  }
  const { field } = given
  if (typeof field !== 'string' || !isPath(field, 'order')) {
    problems.push(
      `${where}.field ${typeof field === 'string' ? `'${field}' ${noField(field, 'order')}` : 'is missing'}`,
    )
  }
  const [operator, another] = OPERATORS.filter((key) => key in given)
  if (operator === undefined || another !== undefined) problems.push(`${where} takes one of ${OPERATORS.join(', ')}`)
  const operand = given[operator ?? '']
  const values = Array.isArray(operand) && operator !== 'equals' ? operand : [operand]
  const isList = operator !== 'in' || (Array.isArray(operand) && operand.length > 0)
  if (operator !== undefined && !(isList && values.length > 0 && values.every(isScalar))) {
    problems.push(`${where}.${operator} is not ${operator === 'in' ? 'a list of values' : 'a value'}`)
  }
  if (problems.length > before || typeof field !== 'string') return undefined
  return { field, is: operator === 'not' ? 'not' : 'in', values: values.filter(isScalar) }
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

export function readWriteBack(given: unknown, problems: Problems): WriteBack {
  const found: WriteBack = { Order: {}, OrderItem: {}, Account: {} }
  const objects = Object.keys(WRITTEN)
  for (const [object, fields] of entriesOf(given, 'writeBack', problems)) {
    const where = `writeBack.${object}`
    if (object !== 'Order' && object !== 'OrderItem' && object !== 'Account') {
      problems.push(unknownKey(where, objects))
      continue
    }
    const words: readonly string[] = WRITTEN[object]
    for (const [field, word] of entriesOf(fields, where, problems)) {
      if (!FIELD_NAME.test(field)) problems.push(`${where}.${field} is not the name of a field`)
      else if (typeof word !== 'string' || !(word === '' || words.includes(word))) {
        problems.push(`${where}.${field} is none of ${words.join(', ')}, or empty`)
      } else found[object][field] = word
    }
  }
  return found
}
