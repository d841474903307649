/** One item of an order as a line of AddOrder. */
import { Failure } from '../failure.ts'
import type { OrderItem, OrderLine } from '../order.ts'
import { CYCLES, toCycle } from './cycles.ts'
import type { OrderRules, ProductOverride, Values } from './mapping.ts'
import { isNegative, toMoney } from './money.ts'
import { type Kind, LINE_ARRAYS, LINE_PARAMETERS } from './parameters.ts'
import { type Evaluated, evaluate, type Fields, isYes } from './value.ts'

export interface LineContext {
  rules: OrderRules
  /** What was read of the order. */
  fields: Fields
  /** Of the prices. */
  decimals: number
  currency: string | undefined
}

export interface BuiltLine {
  line: OrderLine
  /** What is the order's or AcceptOrder's and not the line's. */
  once: Record<string, Evaluated>
  accept: Record<string, Evaluated>
  /** Where each parameter comes from, by WHMCS's name. */
  origins: Record<string, string>
}

/** `promo`: of the line only its promotion code is taken. */
export type Left = { left: 'skip'; why: string } | { left: 'promo'; promocode: Evaluated }

export function buildLine(item: OrderItem, context: LineContext): BuiltLine | Left {
  const { rules } = context
  const override = overrideOf(item, rules)
  const values: Values = { ...rules.line, ...override?.line }
  const fields = { ...context.fields, ...item.values }
  const record = `OrderItem ${item.id}`
  const take = (name: string): Evaluated | undefined => {
    const value = values[name]
    const found = value && evaluate(value, fields, { record, what: name })
    return found && found.text.trim() !== '' ? found : undefined
  }
  const skip = override?.skip ?? rules.skip
  if (skip !== undefined) {
    const { text, from } = evaluate(skip, fields, { record, what: 'skip' })
    if (isYes(text)) return { left: 'skip', why: `${nameOf(item)} is skipped: ${from}` }
  }
  const prices = override?.prices ?? rules.prices
  const negative = negativeLine(item, { ...context, prices, promocode: () => take('promocode') })
  if (negative !== undefined) return negative

  const { pid, from: pidFrom } = pidOf(item, override, rules)
  const cycle = cycleOf(item, { override, rules, own: take('billingcycle') })
  const quantity = quantityOf(item, take('qty'))
  const price = priceOf(item, { ...context, prices, own: take('priceoverride') })
  const built: BuiltLine = {
    line: {
      ...{ orderItemId: item.id, pid, quantity: quantity.value, billingCycle: cycle.text },
      ...(price && { price: price.text }),
    },
    once: {},
    accept: {},
    origins: {
      pid: pidFrom,
      qty: quantity.from,
      billingcycle: cycle.from,
      ...(price && { priceoverride: price.from }),
    },
  }
  for (const [name, kind] of Object.entries<Kind>(LINE_PARAMETERS)) {
    const found = BUILT_ALREADY.has(name) ? undefined : take(name)
    if (found === undefined) continue
    if (kind === 'once') built.once[name] = found
    else if (kind === 'accept') built.accept[name] = found
    else {
      built.line.parameters = { ...built.line.parameters, [name]: convert(found, kind, { item, name, ...context }) }
      built.origins[name] = found.from
    }
  }
  for (const array of LINE_ARRAYS) {
    for (const name of Object.keys(values).filter((key) => key.startsWith(`${array}.`))) {
      const found = take(name)
      if (found === undefined) continue
      built.line[array] = { ...built.line[array], [name.slice(array.length + 1)]: found.text }
      built.origins[name] = found.from
    }
  }
  return built
}

const BUILT_ALREADY = new Set(['billingcycle', 'priceoverride', 'qty'])

function overrideOf({ productId, productCode }: OrderItem, { products }: OrderRules): ProductOverride | undefined {
  const of = (key: string | undefined) =>
    key !== undefined && Object.hasOwn(products, key) ? products[key] : undefined
  // Ids of 15 and of 18 characters mean the same.
  return of(productId) ?? of(productId.slice(0, 15)) ?? of(productCode)
}

function pidOf(item: OrderItem, override: ProductOverride | undefined, { fields }: OrderRules) {
  const pid = override?.pid ?? item.whmcsProductId
  if (pid !== undefined && isCount(pid)) {
    return { pid, from: override?.pid === undefined ? `Product2.${fields.whmcsProductId}` : 'products of the mapping' }
  }
  const detail = pid === undefined ? 'is empty: which WHMCS product is it?' : `is '${pid}', not a WHMCS product id`
  throw new Failure('PRODUCT_UNMAPPED', { record: nameOf(item), field: fields.whmcsProductId, detail })
}

/** What the line says wins over what the product says. */
function cycleOf(
  item: OrderItem,
  { override, rules, own }: { override: ProductOverride | undefined; rules: OrderRules; own: Evaluated | undefined },
): Evaluated {
  const field = rules.fields.billingCycle
  const [text, from] =
    own !== undefined
      ? [own.text, own.from]
      : override?.billingCycle !== undefined
        ? [override.billingCycle, 'products of the mapping']
        : [item.billingCycle, `Product2.${field}`]
  const cycle = text === undefined ? undefined : toCycle(text, rules.billingCycles)
  if (cycle !== undefined) return { text: cycle, from }
  const detail = `is ${text === undefined ? 'empty' : `'${text}'`}; WHMCS knows ${CYCLES.join(', ')}`
  throw new Failure(
    'BILLING_CYCLE_UNKNOWN',
    own === undefined
      ? { record: nameOf(item), field, detail }
      : { record: `OrderItem ${item.id}`, field: from, detail },
  )
}

function quantityOf(item: OrderItem, own: Evaluated | undefined): { value: number; from: string } {
  const value = own === undefined ? item.quantity : Number(own.text)
  const from = own?.from ?? 'OrderItem.Quantity'
  if (Number.isSafeInteger(value) && value >= 1) return { value, from }
  throw new Failure('QUANTITY_NOT_WHOLE', {
    record: `OrderItem ${item.id}`,
    field: own?.from ?? 'Quantity',
    detail: `is ${own?.text ?? item.quantity}; WHMCS takes whole numbers from 1`,
  })
}

type Priced = LineContext & { prices: OrderRules['prices'] }

function priceOf(item: OrderItem, { own, ...context }: Priced & { own: Evaluated | undefined }): Evaluated | undefined {
  if (own !== undefined) return { text: exact(own.text, { item, name: own.from, ...context }), from: own.from }
  if (context.prices === 'whmcs' || item.unitPrice === undefined) return undefined
  return { text: exact(item.unitPrice, { item, name: 'UnitPrice', ...context }), from: 'OrderItem.UnitPrice' }
}

/** A discount, mostly. Where its price would not be sent, and nothing is said of it, it is a line as others are. */
function negativeLine(
  item: OrderItem,
  { rules, prices, promocode }: Priced & { promocode: () => Evaluated | undefined },
): Left | undefined {
  const { id, unitPrice = 0 } = item
  const { negativeLines = prices === 'salesforce' ? 'refuse' : undefined } = rules
  if (!isNegative(unitPrice) || negativeLines === undefined) return undefined
  const name = nameOf(item)
  if (negativeLines === 'skip') return { left: 'skip', why: `${name} is skipped: its price is ${unitPrice}` }
  const record = `OrderItem ${id}`
  if (negativeLines === 'refuse') {
    const detail = `is ${unitPrice}: WHMCS takes no negative price (${name})`
    throw new Failure('PRICE_NEGATIVE', { record, field: 'UnitPrice', detail })
  }
  const code = promocode()
  if (code !== undefined) return { left: 'promo', promocode: code }
  throw new Failure('PRICE_NEGATIVE', { record, detail: `(${name}) has a negative price, and no promocode` })
}

interface Converted extends LineContext {
  item: OrderItem
  name: string
}

function convert({ text, from }: Evaluated, kind: Kind, converted: Converted): string {
  switch (kind) {
    case 'flag':
      return isYes(text) ? '1' : '0'
    case 'money':
      return exact(text, { ...converted, name: from })
    case 'count':
      if (/^[1-9]\d{0,4}(?:\.0+)?$/.test(text.trim())) return String(Number(text))
      throw new Failure('MAPPED_VALUE_UNKNOWN', {
        record: `OrderItem ${converted.item.id}`,
        field: from,
        detail: `is '${text}': ${converted.name} takes whole numbers from 1`,
      })
    default:
      return text
  }
}

function exact(amount: string | number, { item, name, decimals, currency }: Converted): string {
  const record = `OrderItem ${item.id}`
  const money = toMoney(amount, decimals)
  if (money === undefined) {
    const detail = `is ${amount}, which has no exact form with ${decimals} decimals${currency ? ` of ${currency}` : ''}`
    throw new Failure('PRICE_NOT_EXACT', { record, field: name, detail })
  }
  if (!isNegative(money)) return money
  throw new Failure('PRICE_NEGATIVE', { record, field: name, detail: `is ${amount}: WHMCS takes no negative price` })
}

function nameOf({ productId, productName }: Pick<OrderItem, 'productId' | 'productName'>): string {
  return `Product2 ${productId}${productName ? ` (${short(productName)})` : ''}`
}

/** A name may have 255 characters, as many as the whole message in Salesforce: the field to mend must be in it too. */
function short(name: string): string {
  const characters = [...name]
  return characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : name
}

/** WHMCS ids are positive integers; Salesforce may hold them as text. */
export function isCount(text: string): boolean {
  return /^[1-9][0-9]{0,17}$/.test(text)
}
