/** An order as callback read it from Salesforce, what WHMCS is asked for, and whether it is to be asked. */
import { describe, unmet } from './mapping/conditions.ts'
import type { OrderRules } from './mapping/mapping.ts'
import type { Fields } from './mapping/value.ts'

export interface OrderSnapshot {
  orderId: string
  orderNumber?: string
  status: string
  provisioningStatus?: string
  /** Set by an earlier write-back: the order is in WHMCS already. */
  whmcsOrderId?: string
  /** The last change of the order was made by our own user. */
  changedByUs?: true
  account: { id: string; name?: string; whmcsClientId?: string }
  /** Absent: it was not asked for, or the organisation has one currency alone. */
  currency?: string
  items: OrderItem[]
  /** What else the mapping reads of the order and its account. */
  values?: Fields
  /** Paths of values that must not be read from the ledger. */
  secrets?: string[]
  /** They, where the ledger has a key. */
  sealed?: string
  /** When Salesforce was read, ISO 8601. */
  takenAt: string
}

export interface OrderItem {
  id: string
  quantity: number
  unitPrice?: number
  productId: string
  productName?: string
  productCode?: string
  whmcsProductId?: string
  billingCycle?: string
  /** What else the mapping reads of the line. */
  values?: Fields
}

/** What WHMCS is asked for. Line i is one service order of product `pid`. */
export interface ProvisionRequest {
  orderId: string
  clientId: string
  lines: OrderLine[]
  /** AddOrder's own, by WHMCS's names. */
  parameters?: Record<string, string>
  /** The same of AcceptOrder. */
  accept?: Record<string, string>
  /** The currency of the prices, as WHMCS calls it: the client must have it. */
  currency?: string
  invoice?: InvoiceRequest
  /** What AddClient is given, and how the client is looked for: `clientId` names its account until it is known. */
  client?: ClientRequest
}

export interface OrderLine {
  orderItemId: string
  pid: string
  quantity: number
  billingCycle: string
  /** Decimal text, sent as price override; absent: WHMCS's own price. */
  price?: string
  /** By WHMCS's names. */
  parameters?: Record<string, string>
  /** By id. */
  configoptions?: Record<string, string>
  customfields?: Record<string, string>
  domainfields?: Record<string, string>
}

export interface InvoiceRequest {
  mode: 'none' | 'create' | 'created-and-paid' | 'wait-for-payment'
  transactionId?: string
  gateway?: string
}

export interface ClientRequest {
  accountId: string
  email?: string
  externalId?: { customfield: string; value: string }
  create: boolean
  fields: Record<string, string>
  customfields: Record<string, string>
}

/** What of an order in WHMCS is written back besides its number and those of its services. */
export interface Details {
  /** Whose client it is. */
  accountId?: string
  whmcsClientId?: string
  whmcsOrderNumber?: string
  invoiceId?: string
  invoiceStatus?: string
  /** Of the first service that has one. */
  domain?: string
  mapping?: string
  /** By order item. */
  items?: Record<string, { domain?: string; serviceStatus?: string }>
}

export type Eligibility = 'eligible' | 'not-eligible' | 'provisioned' | 'reported'

/**
 * Whether this order is to be provisioned, is not approved (any more), or is done already; `reported`: nobody has touched
 * it since we reported that it failed, so that what came may be the echo of our own report.
 */
export function eligibility(order: OrderSnapshot, rules: OrderRules): Eligibility {
  const { provisioningStatus, whmcsOrderId } = order
  if (provisioningStatus === rules.statuses.provisioned && whmcsOrderId !== undefined) return 'provisioned'
  if (provisioningStatus === rules.statuses.failed && order.changedByUs) return 'reported'
  return obstacle(order, rules) === undefined ? 'eligible' : 'not-eligible'
}

/** Why the order is not to be provisioned, as a sentence. Undefined: nothing stands in its way. */
export function obstacle({ status, values = {} }: OrderSnapshot, rules: OrderRules): string | undefined {
  if (!rules.eligibleStatuses.includes(status)) return `It is '${status}'.`
  const condition = unmet(rules.eligible, values)
  return condition && describe(condition, values)
}

/** Whether Salesforce takes back an order that may be in WHMCS. */
export function isCancelled(order: OrderSnapshot, { cancellations, cancelWhen }: OrderRules): boolean {
  return cancellations !== 'ignore' && cancelWhen.length > 0 && unmet(cancelWhen, fieldsOf(order)) === undefined
}

/** An amendment, an upgrade, a reduction: to provision it as new would double what is there. */
export function isChange(order: OrderSnapshot, { changeWhen }: OrderRules): boolean {
  return changeWhen.length > 0 && unmet(changeWhen, fieldsOf(order)) === undefined
}

function fieldsOf({ status, values }: OrderSnapshot): Fields {
  return { 'Order.Status': status, ...values }
}

/** Whether nothing has changed that provisioning goes by. */
export function isSame(one: OrderSnapshot, other: OrderSnapshot): boolean {
  return essence(one) === essence(other)
}

/** As text, in an order of its own: neither jsonb nor Salesforce keeps one. */
function essence({ status, account, currency, values, items }: OrderSnapshot): string {
  const lines = items.map(
    ({ id, quantity, unitPrice, productId, productCode, whmcsProductId, billingCycle, ...item }) =>
      JSON.stringify([
        ...[id, quantity, unitPrice, productId, productCode, whmcsProductId, billingCycle],
        sorted(item.values),
      ]),
  )
  return JSON.stringify([status, account.id, account.whmcsClientId, currency, sorted(values), ...lines.sort()])
}

function sorted(values: Fields = {}): unknown[] {
  return Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1))
}

/** Whether all that the rules read was asked for: a mapping may have changed since. */
export function isComplete({ values = {}, items }: OrderSnapshot, { needs }: OrderRules): boolean {
  const has = (fields: Fields = {}, paths: string[]) => paths.every((path) => path in fields)
  return has(values, needs.order) && items.every((item) => has(item.values, needs.item))
}
