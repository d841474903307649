/** Everything that is known of a notification, and of an order. */
import { toId18 } from '../domain/salesforce-id.ts'
import { type FindPort, findNotification, type Named } from './find.ts'
import type { Act, Attempt, Notification, Shown } from './notification.ts'
import { Refusal } from './refusal.ts'

/** As it was read from Salesforce last. */
export interface OrderAsRead {
  takenAt: Date
  content: unknown
}

export interface DetailsPort extends FindPort {
  /** What belongs to the record: its notifications are the newest first. */
  ofRecord(record: {
    organizationId: string
    recordId: string
  }): Promise<{ order: OrderAsRead | undefined; notifications: Notification[] }>
}

export interface Details extends Shown {
  order: OrderAsRead | undefined
  /** Of the same record. */
  others: Notification[]
}

/** Throws a Refusal where there is none. */
export async function readDetails(ledger: DetailsPort, named: Named): Promise<Details> {
  const shown = await findNotification(ledger, named)
  const { organizationId, notificationId, recordId } = shown.notification
  if (recordId === undefined) return { ...shown, order: undefined, others: [] }
  const { order, notifications } = await ledger.ofRecord({ organizationId, recordId })
  return { ...shown, order, others: notifications.filter((one) => one.notificationId !== notificationId) }
}

export interface OrderDetails {
  organizationId: string
  orderId: string
  order: OrderAsRead | undefined
  provisioning: Shown['provisioning']
  /** The newest first, with what was tried and done. */
  notifications: (Notification & { tried: Attempt[]; acts: Act[] })[]
}

/** Everything about an order. Throws a Refusal where nothing has ever named it. */
export async function readOrder(ledger: DetailsPort, orderId: string): Promise<OrderDetails> {
  const id = readOrderId(orderId)
  const newest = await ledger.find(id, undefined)
  if (newest === undefined || newest.notification.recordId !== id) {
    throw new Refusal('unknown', `the ledger knows no order ${id}`)
  }
  const { organizationId } = newest.notification
  const { order, notifications } = await ledger.ofRecord({ organizationId, recordId: id })
  const shown = await Promise.all(
    notifications.map(async (one) => {
      const found = await ledger.find(one.notificationId, organizationId)
      return { ...one, tried: found?.attempts ?? [], acts: found?.acts ?? [] }
    }),
  )
  return { organizationId, orderId: id, order, provisioning: newest.provisioning, notifications: shown }
}

function readOrderId(text: string): string {
  const id = toId18(text)
  if (id !== undefined) return id
  throw new Refusal('invalid', `orderId: '${text}' is not a record id of 15 or 18 characters`)
}
