/**
 * The door that nobody knocks at: Salesforce drops a message after 24 hours, so that orders whose messages were lost are
 * asked for. What the ledger has not heard of is recorded as if it had been sent.
 */
import type { Fields } from '../../domain/field.ts'
import type { Message } from '../../domain/notification.ts'
import { sweepNotificationId } from './notification-id.ts'

/** An order that is to be provisioned, and as of when. */
export interface Change {
  orderId: string
  changedAt: Date
  fields: Fields
}

/** What it asks of Salesforce. */
export interface Orders {
  /** Eligible, without a provisioning status, changed since. */
  changedSince(since: Date): Promise<Change[]>
}

/** What it asks of the ledger. */
export interface Ledger {
  /** The orders of these changes about which a notification came since. */
  known(changes: Change[]): Promise<Set<string>>
  record(message: Message): Promise<{ recorded: number }>
}

export interface SweepOptions {
  organizationId: string
  orders: Orders
  ledger: Ledger
}

export interface Sweep {
  /** How many orders there are, and those of which the ledger does not know. */
  find(since: Date): Promise<{ found: number; unknown: Change[] }>
  /** Returns how many are new: another process may have been faster. */
  record(changes: Change[]): Promise<number>
}

/** As many as an outbound message has. */
const MESSAGE = 100

export function createSweep({ organizationId, orders, ledger }: SweepOptions): Sweep {
  return {
    async find(since) {
      const changes = await orders.changedSince(since)
      const known = changes.length > 0 ? await ledger.known(changes) : new Set<string>()
      return { found: changes.length, unknown: changes.filter(({ orderId }) => !known.has(orderId)) }
    },
    async record(changes) {
      let recorded = 0
      for (let i = 0; i < changes.length; i += MESSAGE) {
        const message = toMessage(organizationId, changes.slice(i, i + MESSAGE))
        recorded += (await ledger.record(message)).recorded
      }
      return recorded
    },
  }
}

function toMessage(organizationId: string, changes: Change[]): Message {
  return {
    organizationId,
    source: 'sweep',
    actionId: 'sweep',
    notifications: changes.map(({ orderId, changedAt, fields }) => ({
      notificationId: sweepNotificationId(orderId, changedAt),
      recordType: 'Order',
      recordId: orderId,
      fields,
    })),
  }
}
