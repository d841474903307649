/** How an order ended, as the records of an update. */
import type { Mapping } from '../domain/mapping/mapping.ts'
import type { Details } from '../domain/order.ts'
import type { UpdateRecord } from './rest.ts'

export type Report = {
  orderId: string
  /** What else is known of the order in WHMCS. */
  details?: Details
} & (
  | { kind: 'provisioned'; whmcsOrderId: string; serviceIds: Record<string, string> }
  | { kind: 'cancelled' }
  | { kind: 'failed'; code: string; message: string; whmcsOrderId?: string }
)

/** An update, and the order that it is about: of an item, the one that it belongs to. */
export interface OrderUpdate {
  orderId: string
  record: UpdateRecord
}

/** Salesforce refuses a longer text in the message field. */
const MESSAGE_LENGTH = 255

export function orderUpdate(report: Report, mapping: Mapping, at: string): OrderUpdate {
  const { orderId } = report
  return { orderId, record: { type: 'Order', id: orderId, fields: reportFields(report, mapping, at) } }
}

/** Of an order without a line for WHMCS: it is done, and the message says why it has no number there. */
export function leftOutUpdate(orderId: string, { order, statuses }: Mapping, at: string): OrderUpdate {
  const fields = {
    [order.provisioningStatus]: statuses.provisioned,
    [order.errorCode]: null,
    [order.errorMessage]: 'No line of this order is for WHMCS: the mapping skips all of them.',
    [order.provisionedAt]: at,
  }
  return { orderId, record: { type: 'Order', id: orderId, fields } }
}

function reportFields(report: Report, mapping: Mapping, at: string): Record<string, unknown> {
  const { order, statuses } = mapping
  const said = {
    status: statuses[report.kind],
    whmcsOrderId: report.kind === 'cancelled' ? undefined : report.whmcsOrderId,
    errorCode: report.kind === 'failed' ? report.code : null,
    errorMessage: report.kind === 'failed' ? cut(report.message) : null,
    provisionedAt: at,
  }
  const standard = {
    [order.provisioningStatus]: said.status,
    [order.whmcsOrderId]: said.whmcsOrderId,
    [order.errorCode]: said.errorCode,
    [order.errorMessage]: said.errorMessage,
    [order.provisionedAt]: said.provisionedAt,
  }
  const { details = {} } = report
  const serviceIds = report.kind === 'provisioned' ? Object.values(report.serviceIds).join(',') : undefined
  return withMapped(standard, mapping.writeBack.Order, { ...details, ...said, serviceIds: serviceIds || undefined })
}

/** What is not known is left as it is; what the mapping gives an empty word is not written at all. */
function withMapped(
  standard: Record<string, unknown>,
  mapped: Record<string, string>,
  said: Record<string, unknown>,
): Record<string, unknown> {
  const fields = new Map(Object.entries(standard).map(([name, value]) => [name.toLowerCase(), { name, value }]))
  for (const [name, word] of Object.entries(mapped)) {
    if (word === '') fields.delete(name.toLowerCase())
    else fields.set(name.toLowerCase(), { name, value: said[word] })
  }
  const known = [...fields.values()].filter(({ value }) => value !== undefined)
  return Object.fromEntries(known.map(({ name, value }) => [name, value]))
}

export function serviceUpdates(report: Report, { orderItem, writeBack }: Mapping): OrderUpdate[] {
  if (report.kind !== 'provisioned') return []
  const { serviceIds, details = {} } = report
  const ids = new Set([...Object.keys(serviceIds), ...Object.keys(details.items ?? {})])
  return [...ids].flatMap((id) => {
    const serviceId = serviceIds[id]
    const standard = orderItem.whmcsServiceId === '' ? {} : { [orderItem.whmcsServiceId]: serviceId }
    const fields = withMapped(standard, writeBack.OrderItem, { ...details.items?.[id], serviceId })
    if (Object.keys(fields).length === 0) return []
    return [{ orderId: report.orderId, record: { type: 'OrderItem', id, fields } }]
  })
}

/** Each account once: Salesforce refuses a record that is twice in a call. */
export function accountUpdates(reports: Report[], { writeBack }: Mapping): OrderUpdate[] {
  const updates = reports.flatMap(({ orderId, details = {} }): OrderUpdate[] => {
    const fields = withMapped({}, writeBack.Account, { ...details })
    const { accountId } = details
    if (accountId === undefined || Object.keys(fields).length === 0) return []
    return [{ orderId, record: { type: 'Account', id: accountId, fields } }]
  })
  return [...new Map(updates.map((update) => [update.record.id, update])).values()]
}

/** Cut so that no character is halved. */
function cut(message: string): string {
  if (message.length <= MESSAGE_LENGTH) return message
  return `${message.slice(0, MESSAGE_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
