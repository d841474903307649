/** Which Salesforce fields mean what: the defaults, and what MAPPING_FILE overrides. */
import { toCycle } from '../../domain/mapping/cycles.ts'
import type { Currency, Mapping } from '../../domain/mapping/mapping.ts'
import { ACCEPT_PARAMETERS, ORDER_PARAMETERS } from '../../domain/mapping/parameters.ts'
import { isObject } from '../../runtime/is-object.ts'
import { FIELD_NAME, readBlock, readConditions, readLine, readProducts, readWriteBack } from './blocks.ts'
import { readClient, readInvoice } from './client.ts'
import { entriesOf, type Problems, readChoice, readTexts, unknownKey } from './problems.ts'
import { readValue } from './value.ts'

export const DEFAULT_MAPPING: Mapping = {
  order: {
    provisioningStatus: 'Provisioning_Status__c',
    whmcsOrderId: 'WHMCS_Order_ID__c',
    errorCode: 'Provisioning_Error_Code__c',
    errorMessage: 'Provisioning_Error_Message__c',
    provisionedAt: 'Last_Provisioning_At__c',
  },
  account: { whmcsClientId: 'WHMCS_Client_ID__c' },
  product: { whmcsProductId: 'WHMCS_Product_ID__c', billingCycle: 'Billing_Cycle__c' },
  orderItem: { whmcsServiceId: 'WHMCS_Service_ID__c' },
  eligibleStatuses: ['Activated', 'Approved'],
  statuses: { activating: 'Activating', provisioned: 'Provisioned', failed: 'Failed', cancelled: 'Cancelled' },
  products: {},
  markerFields: {},
  prices: 'whmcs',
  line: {},
  orderParameters: {},
  accept: {},
  billingCycles: {},
  eligible: [],
  currencies: {},
  writeBack: { Order: {}, OrderItem: {}, Account: {} },
  cancellations: 'ignore',
  cancelWhen: [{ field: 'Order.Status', is: 'in', values: ['Cancelled', 'Canceled'] }],
  cancelBy: 'request',
  changeWhen: [],
}

const TOP_LEVEL = [
  'order',
  'account',
  'product',
  'orderItem',
  'eligibleStatuses',
  'statuses',
  'products',
  'markerFields',
  'prices',
  'line',
  'accept',
  'skip',
  'billingCycles',
  'eligible',
  'negativeLines',
  'currency',
  'currencies',
  'client',
  'invoice',
  'writeBack',
  'cancellations',
  'cancelWhen',
  'cancelBy',
  'changeWhen',
] as const

/** The default mapping with the overrides of a JSON text, and everything that is wrong with that text. */
export function readMapping(json: string): { mapping: Mapping; problems: string[] } {
  const problems: Problems = []
  let given: unknown
  try {
    given = JSON.parse(json)
  } catch (error) {
    return { mapping: DEFAULT_MAPPING, problems: [`is not JSON: ${error instanceof Error ? error.message : error}`] }
  }
  if (!isObject(given)) return { mapping: DEFAULT_MAPPING, problems: ['is not a JSON object'] }
  for (const key of Object.keys(given)) {
    // Editors are told by it how to complete the file.
    if (key !== '$schema' && !TOP_LEVEL.some((known) => known === key)) problems.push(unknownKey(key, TOP_LEVEL))
  }
  return { mapping: readBlocks(given, problems), problems }
}

function readBlocks(given: Record<string, unknown>, problems: Problems): Mapping {
  const names = <T extends Record<string, string>>(key: keyof Mapping, defaults: T, form: RegExp): T => ({
    ...defaults,
    ...readTexts(given[key], { where: key, known: Object.keys(defaults), form, problems }),
  })
  const value = (key: 'skip' | 'currency', scope: 'order' | 'line') =>
    given[key] === undefined ? undefined : readValue(given[key], { where: key, scope, problems })
  const [orderNames, orderValues] = splitOrder(given.order)
  const negativeLines = readChoice(given.negativeLines, {
    where: 'negativeLines',
    choices: ['refuse', 'skip', 'promo'],
    problems,
  })
  const skip = value('skip', 'line')
  const currency = value('currency', 'order')
  const client = readClient(given.client, problems)
  const invoice = readInvoice(given.invoice, problems)
  const block = (key: string, from: unknown, known: object) =>
    readBlock(from, { where: key, scope: 'order', known: Object.keys(known), problems })
  return {
    order: {
      ...DEFAULT_MAPPING.order,
      ...readTexts(orderNames, { where: 'order', known: ORDER_KEYS, form: FIELD_NAME, problems }),
    },
    account: names('account', DEFAULT_MAPPING.account, FIELD_NAME),
    product: names('product', DEFAULT_MAPPING.product, FIELD_NAME),
    orderItem: names('orderItem', DEFAULT_MAPPING.orderItem, FIELD_OR_NONE),
    statuses: names('statuses', DEFAULT_MAPPING.statuses, TEXT),
    eligibleStatuses: statusList(given.eligibleStatuses, problems),
    products: readProducts(given.products, problems),
    markerFields: markerFields(given.markerFields, problems),
    prices: readChoice(given.prices, { where: 'prices', choices: ['whmcs', 'salesforce'], problems }) ?? 'whmcs',
    line: readLine(given.line, 'line', problems),
    orderParameters: block('order', orderValues, ORDER_PARAMETERS),
    accept: block('accept', given.accept, ACCEPT_PARAMETERS),
    billingCycles: billingCycles(given.billingCycles, problems),
    eligible: readConditions(given.eligible, 'eligible', problems),
    cancellations:
      readChoice(given.cancellations, { where: 'cancellations', choices: ['ignore', 'ask', 'cancel'], problems }) ??
      DEFAULT_MAPPING.cancellations,
    cancelWhen:
      given.cancelWhen === undefined
        ? DEFAULT_MAPPING.cancelWhen
        : readConditions(given.cancelWhen, 'cancelWhen', problems),
    cancelBy:
      readChoice(given.cancelBy, {
        ...{ where: 'cancelBy', choices: ['terminate', 'request', 'request-at-end'], problems },
      }) ?? DEFAULT_MAPPING.cancelBy,
    changeWhen: readConditions(given.changeWhen, 'changeWhen', problems),
    currencies: currencies(given.currencies, problems),
    writeBack: readWriteBack(given.writeBack, problems),
    ...(skip && { skip }),
    ...(currency && { currency }),
    ...(negativeLines && { negativeLines }),
    ...(client && { client }),
    ...(invoice && { invoice }),
  }
}

const ORDER_KEYS = [...Object.keys(DEFAULT_MAPPING.order), ...Object.keys(ORDER_PARAMETERS)]

/** Names of fields, and parameters of AddOrder: the two sets do not clash. */
function splitOrder(given: unknown): [unknown, unknown] {
  if (!isObject(given)) return [given, undefined]
  const entries = Object.entries(given)
  const isParameter = ([key]: [string, unknown]) => Object.hasOwn(ORDER_PARAMETERS, key)
  return [
    Object.fromEntries(entries.filter((entry) => !isParameter(entry))),
    Object.fromEntries(entries.filter(isParameter)),
  ]
}

/** Field names go into SOQL as they are: nothing else may pass. */
const FIELD_OR_NONE = /^(?:[A-Za-z][A-Za-z0-9_]*)?$/
const TEXT = /\S/

function statusList(given: unknown, problems: Problems): string[] {
  if (given === undefined) return DEFAULT_MAPPING.eligibleStatuses
  if (Array.isArray(given) && given.length > 0 && given.every((status) => typeof status === 'string')) return given
  problems.push('eligibleStatuses is not a list of texts')
  return DEFAULT_MAPPING.eligibleStatuses
}

function markerFields(given: unknown, problems: Problems): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [pid, field] of entriesOf(given, 'markerFields', problems)) {
    if (/^[1-9]\d*$/.test(pid) && /^[1-9]\d*$/.test(String(field))) fields[pid] = String(field)
    else problems.push(`markerFields.${pid} is not a custom field id by product id, as in {"185": 12}`)
  }
  return fields
}

function billingCycles(given: unknown, problems: Problems): Record<string, string> {
  const words: Record<string, string> = {}
  for (const [word, cycle] of entriesOf(given, 'billingCycles', problems)) {
    const meant = typeof cycle === 'string' ? toCycle(cycle, {}) : undefined
    if (meant === undefined) problems.push(`billingCycles.${word} is no billing cycle of WHMCS, such as monthly`)
    else words[word] = meant
  }
  return words
}

const CODE = /^[A-Za-z]{3}$/

function currencies(given: unknown, problems: Problems): Record<string, Currency> {
  const found: Record<string, Currency> = {}
  for (const [code, value] of entriesOf(given, 'currencies', problems)) {
    const where = `currencies.${code}`
    const { whmcs, decimals, ...rest } = isObject(value) ? value : { whmcs: value }
    for (const key of Object.keys(rest)) problems.push(unknownKey(`${where}.${key}`, ['whmcs', 'decimals']))
    const fits = decimals === undefined || [0, 1, 2, 3, 4].some((digits) => digits === decimals)
    if (!CODE.test(code) || typeof whmcs !== 'string' || !CODE.test(whmcs) || !fits) {
      problems.push(
        `${where} is not a currency by a currency, as in {"EUR": "EUR"} or {"JPY": {"whmcs": "JPY", "decimals": 0}}`,
      )
    } else found[code] = { whmcs, ...(typeof decimals === 'number' && { decimals }) }
  }
  return found
}
