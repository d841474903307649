/** The leases of a batch as columns, for the statements that end or prolong them. */
import type { WorkItem } from '../../domain/notification.ts'

export function leaseKeys(items: WorkItem[]) {
  return {
    organization_id: items.map((item) => item.organizationId),
    record_id: items.map((item) => item.recordId),
    notification_id: items.map((item) => item.notificationId),
    lease_no: items.map((item) => item.leaseNo),
  }
}

/** Whoever locks several records locks them in this order: two that differ in it would wait for each other. */
export function byKey(a: WorkItem, b: WorkItem): number {
  return compare(a.organizationId, b.organizationId) || compare(a.recordId, b.recordId)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/**
 * Those of which the statement returned no row: their lease was lost. By lease number: one worker may have a notification
 * twice, by a lease that it lost unawares and by a later one.
 */
export function missing(
  items: WorkItem[],
  rows: { organization_id: string; notification_id: string; lease_no: number }[],
) {
  const key = (...parts: [string, string, number]) => parts.join(' ')
  const found = new Set(rows.map((row) => key(row.organization_id, row.notification_id, row.lease_no)))
  return items.filter((item) => !found.has(key(item.organizationId, item.notificationId, item.leaseNo)))
}
