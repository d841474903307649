/** An order as callback read it from Salesforce, and the rules that turn it into what WHMCS is asked for. */
import { Failure } from './failure.ts'

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
  items: OrderItem[]
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
}

/** What WHMCS is asked for. Line i is one service order of product `pid`. */
export interface ProvisionRequest {
  orderId: string
  clientId: string
  lines: OrderLine[]
}

export interface OrderLine {
  orderItemId: string
  pid: string
  quantity: number
  billingCycle: string
  /** Decimal text, sent as price override; absent: WHMCS's own price. */
  price?: string
}

/** The words of AddOrder's `billingcycle`. */
const CYCLES = [
  'free',
  'onetime',
  'monthly',
  'quarterly',
  'semiannually',
  'annually',
  'biennially',
  'triennially',
] as const

/** Product mapping that overrides what Salesforce's Product2 says, by product id or product code. */
export type ProductOverrides = Record<string, { pid?: string; billingCycle?: string }>

export interface OrderRules {
  eligibleStatuses: readonly string[]
  /** The values of the provisioning status field. */
  statuses: { activating: string; provisioned: string; failed: string }
  products: ProductOverrides
  /** Whether the item's unit price goes to WHMCS as a price override. */
  prices: 'whmcs' | 'salesforce'
  /** Names of Salesforce fields, for messages that tell a person where to look. */
  fields: { whmcsClientId: string; whmcsProductId: string; billingCycle: string }
}

export type Eligibility = 'eligible' | 'not-eligible' | 'provisioned' | 'reported'

/**
 * Whether this order is to be provisioned, is not approved (any more), or is done already; `reported`: nobody has touched
 * it since we reported that it failed, so that what came may be the echo of our own report.
 */
export function eligibility(order: OrderSnapshot, rules: OrderRules): Eligibility {
  if (order.provisioningStatus === rules.statuses.provisioned && order.whmcsOrderId !== undefined) return 'provisioned'
  if (order.provisioningStatus === rules.statuses.failed && order.changedByUs) return 'reported'
  return rules.eligibleStatuses.includes(order.status) ? 'eligible' : 'not-eligible'
}

/** Whether nothing has changed that provisioning goes by. */
export function isSame(one: OrderSnapshot, other: OrderSnapshot): boolean {
  return essence(one) === essence(other)
}

/** As text, in an order of its own: neither jsonb nor Salesforce keeps one. */
function essence({ status, account, items }: OrderSnapshot): string {
  const lines = items.map(({ id, quantity, unitPrice, productId, productCode, whmcsProductId, billingCycle }) =>
    JSON.stringify([id, quantity, unitPrice, productId, productCode, whmcsProductId, billingCycle]),
  )
  return JSON.stringify([status, account.id, account.whmcsClientId, ...lines.sort()])
}

/** The request for WHMCS. Throws a permanent Failure that names the record and the field which must be mended. */
export function toProvisionRequest(order: OrderSnapshot, rules: OrderRules): ProvisionRequest {
  const clientId = order.account.whmcsClientId
  if (clientId === undefined) {
    throw new Failure('CLIENT_LINK_MISSING', {
      record: `Account ${order.account.id}`,
      field: rules.fields.whmcsClientId,
      detail: 'is empty: which WHMCS client is this account?',
    })
  }
  if (!isCount(clientId)) {
    throw new Failure('CLIENT_LINK_MISSING', {
      record: `Account ${order.account.id}`,
      field: rules.fields.whmcsClientId,
      detail: `is '${clientId}', not a WHMCS client id`,
    })
  }
  if (order.items.length === 0) {
    throw new Failure('ORDER_EMPTY', { record: `Order ${order.orderId}`, field: 'OrderItems', detail: 'has no items' })
  }
  return { orderId: order.orderId, clientId, lines: order.items.map((item) => toLine(item, rules)) }
}

function toLine(item: OrderItem, rules: OrderRules): OrderLine {
  const override = rules.products[item.productId] ?? (item.productCode ? rules.products[item.productCode] : undefined)
  const product = `Product2 ${item.productId}${item.productName ? ` (${short(item.productName)})` : ''}`
  const pid = override?.pid ?? item.whmcsProductId
  if (pid === undefined || !isCount(pid)) {
    const detail = pid === undefined ? 'is empty: which WHMCS product is it?' : `is '${pid}', not a WHMCS product id`
    throw new Failure('PRODUCT_UNMAPPED', { record: product, field: rules.fields.whmcsProductId, detail })
  }
  const cycle = override?.billingCycle ?? item.billingCycle
  const billingCycle = CYCLES.find((known) => known === cycle?.toLowerCase().replace(/[^a-z]/g, ''))
  if (billingCycle === undefined) {
    throw new Failure('BILLING_CYCLE_UNKNOWN', {
      record: product,
      field: rules.fields.billingCycle,
      detail: `is ${cycle === undefined ? 'empty' : `'${cycle}'`}; WHMCS knows ${CYCLES.join(', ')}`,
    })
  }
  if (!Number.isSafeInteger(item.quantity) || item.quantity < 1) {
    throw new Failure('QUANTITY_NOT_WHOLE', {
      record: `OrderItem ${item.id}`,
      field: 'Quantity',
      detail: `is ${item.quantity}; WHMCS takes whole numbers from 1`,
    })
  }
  const line: OrderLine = { orderItemId: item.id, pid, quantity: item.quantity, billingCycle }
  if (rules.prices === 'salesforce' && item.unitPrice !== undefined) line.price = item.unitPrice.toFixed(2)
  return line
}

/** A name may have 255 characters, as many as the whole message in Salesforce: the field to mend must be in it too. */
function short(name: string): string {
  const characters = [...name]
  return characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : name
}

/** WHMCS ids are positive integers; Salesforce may hold them as text. */
function isCount(text: string): boolean {
  return /^[1-9][0-9]{0,17}$/.test(text)
}
