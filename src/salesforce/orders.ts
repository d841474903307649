/** Orders in Salesforce: read with one call, updated with one call, up to 1,000 at a time. */

import type { Failure } from '../domain/failure.ts'
import type { Mapping } from '../domain/mapping.ts'
import type { OrderItem, OrderSnapshot } from '../domain/order.ts'
import { toId18 } from '../domain/salesforce-id.ts'
import { stillHeld } from '../runtime/still-held.ts'
import { recordFailure } from './failures.ts'
import { chunksOf, type Rest, type Row, UPDATE_LIMIT, type UpdateRecord } from './rest.ts'
import type { Sessions } from './session.ts'

type Report =
  | { orderId: string; kind: 'provisioned'; whmcsOrderId: string; serviceIds: Record<string, string> }
  | { orderId: string; kind: 'failed'; code: string; message: string; whmcsOrderId?: string }

export interface Orders {
  read(orderIds: string[], sessions: string[], signal: AbortSignal): Promise<Map<string, OrderSnapshot>>
  markActivating(orderIds: string[], sessions: string[], signal: AbortSignal): Promise<Map<string, Failure>>
  unmarkActivating(orderIds: string[], sessions: string[], signal: AbortSignal): Promise<Map<string, Failure>>
  write(reports: Report[], sessions: string[], signal: AbortSignal): Promise<Map<string, Failure>>
}

export interface OrdersOptions {
  sessions: Sessions
  rest: Rest
  mapping: Mapping
  now: () => Date
}

/** Salesforce refuses a longer text in the message field. */
const MESSAGE_LENGTH = 255

export function createOrders({ sessions, rest, mapping, now }: OrdersOptions): Orders {
  async function update(updates: { orderId: string; record: UpdateRecord }[], ids: string[], signal: AbortSignal) {
    const failures = new Map<string, Failure>()
    for (let i = 0; i < updates.length; i += UPDATE_LIMIT) {
      const part = updates.slice(i, i + UPDATE_LIMIT)
      const records = part.map(({ record }) => record)
      // Asked here: a login, or a session that is refused, may take its time before.
      const results = await sessions.use(ids, async (connection) =>
        (await stillHeld(signal)) ? rest.update(connection, records) : undefined,
      )
      if (results === undefined) throw signal.reason
      results.forEach((error, k) => {
        const updated = part[k]
        if (error === undefined || updated === undefined || failures.has(updated.orderId)) return
        failures.set(updated.orderId, recordFailure(`${updated.record.type} ${updated.record.id}`, error))
      })
    }
    return failures
  }

  function setStatus(orderIds: string[], status: string | null, ids: string[], signal: AbortSignal) {
    const fields = { [mapping.order.provisioningStatus]: status }
    return update(
      orderIds.map((orderId) => ({ orderId, record: { type: 'Order', id: orderId, fields } })),
      ids,
      signal,
    )
  }

  return {
    async read(orderIds, ids, signal) {
      signal.throwIfAborted()
      const takenAt = now().toISOString()
      const queries = chunksOf(orderIds).map((chunk) => orderQuery(chunk, mapping))
      const rows = await sessions.use(ids, (connection) => rest.query(connection, queries))
      const changedByUs = (row: Row) => sessions.userId !== undefined && id18(row.LastModifiedById) === sessions.userId
      const snapshots = rows.map((row) => ({
        ...toSnapshot(row, mapping, takenAt),
        ...(changedByUs(row) && { changedByUs: true as const }),
      }))
      return new Map(snapshots.map((snapshot) => [snapshot.orderId, snapshot]))
    },
    markActivating: (orderIds, ids, signal) => setStatus(orderIds, mapping.statuses.activating, ids, signal),
    unmarkActivating: (orderIds, ids, signal) => setStatus(orderIds, null, ids, signal),
    write(reports, ids, signal) {
      const at = now().toISOString()
      const orders = reports.map((report) => ({
        orderId: report.orderId,
        record: { type: 'Order', id: report.orderId, fields: reportFields(report, mapping, at) },
      }))
      // After the orders, not between them: Salesforce splits a call where the type changes.
      return update([...orders, ...reports.flatMap((report) => serviceUpdates(report, mapping))], ids, signal)
    },
  }
}

function orderQuery(orderIds: string[], { order, account, product }: Mapping): string {
  const items = fieldList(
    ['Id', 'Quantity', 'UnitPrice', 'Product2Id', 'Product2.Name', 'Product2.ProductCode'],
    [product.whmcsProductId, product.billingCycle].map((name) => `Product2.${name}`),
  )
  const fields = fieldList(
    ['Id', 'OrderNumber', 'Status', 'LastModifiedById', order.provisioningStatus, order.whmcsOrderId],
    ['AccountId', 'Account.Name', `Account.${account.whmcsClientId}`],
  )
  return [
    `SELECT ${fields}, (SELECT ${items} FROM OrderItems ORDER BY OrderItemNumber)`,
    `FROM Order WHERE Id IN (${orderIds.map((id) => `'${id}'`).join(',')})`,
  ].join(' ')
}

/** Each field once, whatever its case: a mapping may name one that is asked for anyway, and Salesforce refuses it twice. */
function fieldList(...names: string[][]): string {
  return [...new Map(names.flat().map((name) => [name.toLowerCase(), name])).values()].join(', ')
}

function toSnapshot(row: Row, mapping: Mapping, takenAt: string): OrderSnapshot {
  const account = object(row.Account)
  const orderNumber = text(row.OrderNumber)
  const provisioningStatus = text(field(row, mapping.order.provisioningStatus))
  const whmcsOrderId = text(field(row, mapping.order.whmcsOrderId))
  const name = text(account.Name)
  const whmcsClientId = text(field(account, mapping.account.whmcsClientId))
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
    items: (Array.isArray(row.OrderItems) ? row.OrderItems : []).map((item: Row) => toItem(item, mapping)),
    takenAt,
  }
}

function toItem(row: Row, { product: fields }: Mapping): OrderItem {
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
  }
}

function reportFields(report: Report, { order, statuses }: Mapping, at: string): Record<string, unknown> {
  if (report.kind === 'provisioned') {
    return {
      [order.provisioningStatus]: statuses.provisioned,
      [order.whmcsOrderId]: report.whmcsOrderId,
      [order.errorCode]: null,
      [order.errorMessage]: null,
      [order.provisionedAt]: at,
    }
  }
  return {
    [order.provisioningStatus]: statuses.failed,
    ...(report.whmcsOrderId !== undefined && { [order.whmcsOrderId]: report.whmcsOrderId }),
    [order.errorCode]: report.code,
    [order.errorMessage]: cut(report.message),
    [order.provisionedAt]: at,
  }
}

function serviceUpdates(report: Report, { orderItem }: Mapping): { orderId: string; record: UpdateRecord }[] {
  if (report.kind !== 'provisioned' || orderItem.whmcsServiceId === '') return []
  return Object.entries(report.serviceIds).map(([id, serviceId]) => ({
    orderId: report.orderId,
    record: { type: 'OrderItem', id, fields: { [orderItem.whmcsServiceId]: serviceId } },
  }))
}

/** Cut so that no character is halved. */
function cut(message: string): string {
  if (message.length <= MESSAGE_LENGTH) return message
  return `${message.slice(0, MESSAGE_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** Ids and numbers are text to us: a Number field says 185, a text field '185'. */
function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim()
  return typeof value === 'number' ? String(value) : undefined
}

/** Salesforce answers with its own spelling of a name, whatever that of the mapping. */
function field(row: Row, name: string): unknown {
  const wanted = name.toLowerCase()
  return Object.entries(row).find(([key]) => key.toLowerCase() === wanted)?.[1]
}

function object(value: unknown): Row {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function id18(value: unknown): string {
  return (typeof value === 'string' ? toId18(value) : undefined) ?? ''
}
