/** The fields of Salesforce that a mapping reads, besides those that every order is asked for. */
import type { Condition } from './conditions.ts'
import type { Mapping, Needs } from './mapping.ts'
import { SECRET_PARAMETERS } from './parameters.ts'
import { isOfOrder, pathOf, type Value } from './value.ts'

export function needsOf(mapping: Mapping): Needs {
  const paths = [
    ...new Set([...valuesOf(mapping).flatMap(pathOf), ...conditionsOf(mapping).map(({ field }) => field)]),
  ].sort()
  return {
    order: paths.filter(isOfOrder),
    item: paths.filter((path) => !isOfOrder(path)),
    secrets: [...new Set(secretsOf(mapping).flatMap(pathOf))].sort(),
    currency: mapping.currency === undefined && sendsPrices(mapping),
  }
}

/** Where nothing is cancelled, nothing is read for it. */
function conditionsOf({ eligible, cancellations, cancelWhen, changeWhen }: Mapping): Condition[] {
  return [...eligible, ...changeWhen, ...(cancellations === 'ignore' ? [] : cancelWhen)]
}

/** Every value of a mapping, wherever it stands. */
function valuesOf(mapping: Mapping): Value[] {
  const { line, orderParameters, accept, skip, currency, client, invoice, products } = mapping
  const single = [skip, currency, client?.email, client?.externalId?.value, invoice?.transactionId, invoice?.gateway]
  const overrides = Object.values(products).flatMap((product) => [product.skip, ...Object.values(product.line ?? {})])
  const blocks = [line, orderParameters, accept, client?.fields ?? {}].flatMap((block) => Object.values(block))
  return [...single, ...overrides, ...blocks].filter((value) => value !== undefined)
}

function secretsOf({ line, accept, client, products }: Mapping): Value[] {
  const blocks = [line, accept, client?.fields ?? {}, ...Object.values(products).map((product) => product.line ?? {})]
  return blocks.flatMap((block) => SECRET_PARAMETERS.flatMap((name) => block[name] ?? []))
}

function sendsPrices({ prices, line, products }: Mapping): boolean {
  const overrides = Object.values(products)
  return [{ prices, line }, ...overrides].some((one) => one.prices === 'salesforce' || isPriced(one.line ?? {}))
}

function isPriced(line: Record<string, Value>): boolean {
  return ['priceoverride', 'domainpriceoverride', 'domainrenewoverride'].some((name) => name in line)
}
