/** How an order ended, as the records of an update. */
import type { Mapping } from '../domain/mapping/mapping.ts'
import type { UpdateRecord } from './rest.ts'

export type Report =
  | { orderId: string; kind: 'provisioned'; whmcsOrderId: string; serviceIds: Record<string, string> }
  | { orderId: string; kind: 'failed'; code: string; message: string; whmcsOrderId?: string }

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

export function serviceUpdates(report: Report, { orderItem }: Mapping): OrderUpdate[] {
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
