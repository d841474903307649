/** What an event says: look at these orders. It is never believed more than that. */
import type { Notification } from '../../domain/notification.ts'

export interface EventRead {
  notifications: Notification[]
  /** When it happened, by Salesforce's clock. */
  at?: Date | undefined
  /** It does not name all that changed: orders changed since then must be asked for. */
  sweepSince?: Date | undefined
  /** Why there is nothing to record, where there is nothing. */
  passed?: 'own' | 'other'
}
