/** Which Salesforce fields mean what: the defaults, and what MAPPING_FILE overrides. */
import type { Mapping } from '../domain/mapping.ts'
import type { ProductOverrides } from '../domain/order.ts'

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
  statuses: { activating: 'Activating', provisioned: 'Provisioned', failed: 'Failed' },
  products: {},
  markerFields: {},
  prices: 'whmcs',
}

/** The default mapping with the overrides of a JSON text, and everything that is wrong with that text. */
export function readMapping(json: string): { mapping: Mapping; problems: string[] } {
  const problems: string[] = []
  let given: unknown
  try {
    given = JSON.parse(json)
  } catch (error) {
    return { mapping: DEFAULT_MAPPING, problems: [`is not JSON: ${error instanceof Error ? error.message : error}`] }
  }
  if (!isObject(given)) return { mapping: DEFAULT_MAPPING, problems: ['is not a JSON object'] }
  const known = Object.keys(DEFAULT_MAPPING)
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) problems.push(`${key} is unknown; there are ${known.join(', ')}`)
  }
  const names = <T extends Record<string, string>>(key: keyof Mapping, defaults: T, check: RegExp): T => ({
    ...defaults,
    ...strings(given[key], key, Object.keys(defaults), check, problems),
  })
  const mapping: Mapping = {
    order: names('order', DEFAULT_MAPPING.order, FIELD),
    account: names('account', DEFAULT_MAPPING.account, FIELD),
    product: names('product', DEFAULT_MAPPING.product, FIELD),
    orderItem: names('orderItem', DEFAULT_MAPPING.orderItem, FIELD_OR_NONE),
    statuses: names('statuses', DEFAULT_MAPPING.statuses, TEXT),
    eligibleStatuses: statusList(given.eligibleStatuses, problems),
    products: productOverrides(given.products, problems),
    markerFields: markerFields(given.markerFields, problems),
    prices: given.prices === 'salesforce' ? 'salesforce' : 'whmcs',
  }
  if (given.prices !== undefined && given.prices !== 'salesforce' && given.prices !== 'whmcs') {
    problems.push("prices is neither 'whmcs' nor 'salesforce'")
  }
  return { mapping, problems }
}

/** Field names go into SOQL as they are: nothing else may pass. */
const FIELD = /^[A-Za-z][A-Za-z0-9_]*$/
const FIELD_OR_NONE = /^(?:[A-Za-z][A-Za-z0-9_]*)?$/
const TEXT = /\S/

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function strings(
  given: unknown,
  where: string,
  known: string[],
  check: RegExp,
  problems: string[],
): Record<string, string> {
  if (given === undefined) return {}
  if (!isObject(given)) {
    problems.push(`${where} is not an object`)
    return {}
  }
  const taken: Record<string, string> = {}
  for (const [key, value] of Object.entries(given)) {
    if (!known.includes(key)) problems.push(`${where}.${key} is unknown; there are ${known.join(', ')}`)
    else if (typeof value !== 'string' || !check.test(value)) problems.push(`${where}.${key} is not a usable name`)
    else taken[key] = value
  }
  return taken
}

function statusList(given: unknown, problems: string[]): string[] {
  if (given === undefined) return DEFAULT_MAPPING.eligibleStatuses
  if (Array.isArray(given) && given.length > 0 && given.every((status) => typeof status === 'string')) return given
  problems.push('eligibleStatuses is not a list of texts')
  return DEFAULT_MAPPING.eligibleStatuses
}

function productOverrides(given: unknown, problems: string[]): ProductOverrides {
  if (given === undefined) return {}
  if (!isObject(given)) {
    problems.push('products is not an object')
    return {}
  }
  const products: ProductOverrides = {}
  for (const [product, value] of Object.entries(given)) {
    products[product] = strings(value, `products.${product}`, ['pid', 'billingCycle'], TEXT, problems)
  }
  return products
}

function markerFields(given: unknown, problems: string[]): Record<string, string> {
  if (given === undefined) return {}
  if (!isObject(given)) {
    problems.push('markerFields is not an object')
    return {}
  }
  const fields: Record<string, string> = {}
  for (const [pid, field] of Object.entries(given)) {
    if (/^[1-9]\d*$/.test(pid) && /^[1-9]\d*$/.test(String(field))) fields[pid] = String(field)
    else problems.push(`markerFields.${pid} is not a custom field id by product id, as in {"185": 12}`)
  }
  return fields
}
