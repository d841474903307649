import type { Filter } from './filter.ts'
import type { Notification } from './notification.ts'

export interface ListPort {
  list(asked: Filter & { limit: number }): Promise<Notification[]>
}

/** Notifications, newest first, at most `limit`. */
export function listNotifications(ledger: ListPort, filter: Filter, limit: number): Promise<Notification[]> {
  return ledger.list({ ...filter, limit })
}
