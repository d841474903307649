/** Messages as the ingress hands them over, with ids that nobody else has. */
import type { Ignored, Message, Notification } from '../../src/domain/notification.ts'
import type { OrderSnapshot, ProvisionRequest } from '../../src/domain/order.ts'
import { toId18 } from '../../src/domain/salesforce-id.ts'
import type { ReadMessage, ReadNotification, ReadValue } from '../../src/doors/outbound-message/envelope.ts'

export const ORGANIZATION = salesforceId('00D', 1)

/** A valid 18-character id: the same number gives the same id. */
export function salesforceId(prefix: string, number: number): string {
  const id = toId18(prefix + String(number).padStart(15 - prefix.length, '0'))
  if (id === undefined) throw new Error(`no id of 15 characters: ${prefix} ${number}`)
  return id
}

let last = 0

export function newNotificationId(): string {
  last += 1
  return salesforceId('04l', last)
}

export function newOrderId(): string {
  last += 1
  return salesforceId('801', last)
}

export function notification(given: Partial<Notification> = {}): Notification {
  return { notificationId: newNotificationId(), recordType: 'Order', recordId: newOrderId(), fields: {}, ...given }
}

/** One for a record that was deleted: it is recorded as `ignored`. */
export function deletedNotification(): Notification {
  const ignored: Ignored = { code: 'RECORD_DELETED', message: 'The record was deleted.' }
  return { notificationId: newNotificationId(), recordType: 'Order', fields: {}, ignored }
}

/** A message of these notifications; of one when none are given. */
export function message(notifications: Notification[] = [notification()], given: Partial<Message> = {}): Message {
  const actionId = salesforceId('04k', 1)
  return { organizationId: ORGANIZATION, source: 'outbound-message', actionId, notifications, ...given }
}

/** As the door read it: values are text. */
export function readNotification(
  fields: Record<string, ReadValue> = {},
  given: Partial<ReadNotification> = {},
): ReadNotification {
  const ids = { notificationId: newNotificationId(), recordType: 'Order', recordId: newOrderId() }
  return { ...ids, fields: new Map(Object.entries(fields)), ...given }
}

/** One for a record that was deleted. */
export function readDeleted(recordType = ''): ReadNotification {
  return { notificationId: newNotificationId(), recordType, fields: new Map() }
}

export function readMessage(notifications: ReadNotification[], given: Partial<ReadMessage> = {}): ReadMessage {
  return { organizationId: ORGANIZATION, actionId: salesforceId('04k', 1), notifications, ...given }
}

export function orderSnapshot(orderId: string, given: Partial<OrderSnapshot> = {}): OrderSnapshot {
  const account = { id: salesforceId('001', 1), whmcsClientId: '7' }
  const item = { id: salesforceId('802', 1), quantity: 1, productId: salesforceId('01t', 1), whmcsProductId: '185' }
  return { orderId, status: 'Activated', account, items: [item], takenAt: '2026-03-01T12:00:00.000Z', ...given }
}

export function provisionRequest(orderId: string, given: Partial<ProvisionRequest> = {}): ProvisionRequest {
  const line = { orderItemId: salesforceId('802', 1), pid: '185', quantity: 1, billingCycle: 'monthly' }
  return { orderId, clientId: '7', lines: [line], ...given }
}
