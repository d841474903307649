/** What is asked of an order, and the rows of the answer as a snapshot. */
import type { Mapping, Needs } from '../domain/mapping/mapping.ts'
import type { Fields, Scalar } from '../domain/mapping/value.ts'
import type { OrderItem, OrderSnapshot } from '../domain/order.ts'
import { toId18 } from '../domain/salesforce-id.ts'
import type { Row } from './rest.ts'

export interface Question {
  mapping: Mapping
  /** What the mapping reads besides. */
  needs: Needs
  /** Organisations with one currency have no such field. */
  currency: 'ask' | 'leave'
}

export function orderQuery(orderIds: string[], { mapping, needs, currency }: Question): string {
  const { order, account, product } = mapping
  const items = fieldList(
    ['Id', 'Quantity', 'UnitPrice', 'Product2Id', 'Product2.Name', 'Product2.ProductCode'],
    [product.whmcsProductId, product.billingCycle].map((name) => `Product2.${name}`),
    needs.item.map((path) => path.replace(/^OrderItem\./i, '')),
  )
  const fields = fieldList(
    ['Id', 'OrderNumber', 'Status', 'LastModifiedById', order.provisioningStatus, order.whmcsOrderId],
    ['AccountId', 'Account.Name', `Account.${account.whmcsClientId}`],
    needs.order.map((path) => path.replace(/^Order\./i, '')),
    currency === 'ask' ? [CURRENCY] : [],
  )
  return [
    `SELECT ${fields}, (SELECT ${items} FROM OrderItems ORDER BY OrderItemNumber)`,
    `FROM Order WHERE Id IN ${idList(orderIds)}`,
  ].join(' ')
}

export const CURRENCY = 'CurrencyIsoCode'

export function idList(ids: string[]): string {
  return `(${ids.map((id) => `'${id}'`).join(',')})`
}

/** Each field once, whatever its case: a mapping may name one that is asked for anyway, and Salesforce refuses it twice. */
function fieldList(...names: string[][]): string {
  return [...new Map(names.flat().map((name) => [name.toLowerCase(), name])).values()].join(', ')
}

export function toSnapshot(row: Row, { mapping, needs, currency: asked }: Question, takenAt: string): OrderSnapshot {
  const account = object(row.Account)
  const orderNumber = text(row.OrderNumber)
  const provisioningStatus = text(field(row, mapping.order.provisioningStatus))
  const whmcsOrderId = text(field(row, mapping.order.whmcsOrderId))
  const name = text(account.Name)
  const whmcsClientId = text(field(account, mapping.account.whmcsClientId))
  const currency = asked === 'ask' ? text(field(row, CURRENCY)) : undefined
  return {
    orderId: id18(row.Id),
    ...(orderNumber !== undefined && { orderNumber }),
    status: text(row.Status) ?? '',
    ...(provisioningStatus !== undefined && { provisioningStatus }),
    ...(whmcsOrderId !== undefined && { whmcsOrderId }),
    account: {
      id: text(row.AccountId) ?? '',
      ...(name !== undefined && { name }),
      ...(whmcsClientId !== undefined && { whmcsClientId }),
    },
    ...(currency !== undefined && { currency }),
    items: (Array.isArray(row.OrderItems) ? row.OrderItems : []).map((item: Row) => toItem(item, mapping, needs)),
    ...(needs.order.length > 0 && { values: valuesOf(row, needs.order, 'Order') }),
    ...(needs.secrets.length > 0 && { secrets: needs.secrets }),
    takenAt,
  }
}

function toItem(row: Row, { product: fields }: Mapping, needs: Needs): OrderItem {
  const product = object(row.Product2)
  const productName = text(product.Name)
  const productCode = text(product.ProductCode)
  const whmcsProductId = text(field(product, fields.whmcsProductId))
  const billingCycle = text(field(product, fields.billingCycle))
  return {
    id: id18(row.Id),
    quantity: Number(row.Quantity),
    ...(typeof row.UnitPrice === 'number' && { unitPrice: row.UnitPrice }),
    productId: id18(row.Product2Id),
    ...(productName !== undefined && { productName }),
    ...(productCode !== undefined && { productCode }),
    ...(whmcsProductId !== undefined && { whmcsProductId }),
    ...(billingCycle !== undefined && { billingCycle }),
    ...(needs.item.length > 0 && { values: valuesOf(row, needs.item, 'OrderItem') }),
  }
}

/** By path; a relationship that leads nowhere leaves its fields empty. */
function valuesOf(row: Row, paths: string[], self: string): Fields {
  return Object.fromEntries(
    paths.map((path) => {
      const names = path.split('.')
      if (names[0] === self) names.shift()
      const found = names.reduce<unknown>((record, name) => field(object(record), name), row)
      return [path, scalar(found)]
    }),
  )
}

function scalar(value: unknown): Scalar {
  if (typeof value === 'string') return value.trim() === '' ? null : value
  return typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/** Ids and numbers are text to us: a Number field says 185, a text field '185'. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim()
  return typeof value === 'number' ? String(value) : undefined
}

/** Salesforce answers with its own spelling of a name, whatever that of the mapping. */
export function field(row: Row, name: string): unknown {
  const wanted = name.toLowerCase()
  return Object.entries(row).find(([key]) => key.toLowerCase() === wanted)?.[1]
}

function object(value: unknown): Row {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

export function id18(value: unknown): string {
  return (typeof value === 'string' ? toId18(value) : undefined) ?? ''
}
