import type { Filter } from './filter.ts'
import type { Notification } from './notification.ts'
import { type Page, pageOf, readCursor, toCursor } from './page.ts'

export interface Listed {
  notification: Notification
  /** Its place in the list: finer than a Date. */
  receivedMicroseconds: string
}

/** The last one of the page before. */
export interface Place {
  receivedMicroseconds: string
  notificationId: string
}

export interface ListPort {
  /** The newest first. */
  list(filter: Filter, page: { most: number; before: Place | undefined }): Promise<Listed[]>
}

/** Notifications, newest first, at most `limit`. `after`: the cursor of the page before. */
export async function listNotifications(
  ledger: ListPort,
  filter: Filter,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<Page<Notification>> {
  const before = after === undefined ? undefined : readPlace(after)
  const { items, next } = pageOf(await ledger.list(filter, { most: limit + 1, before }), limit, cursorOf)
  return { items: items.map(({ notification }) => notification), next }
}

function cursorOf({ notification, receivedMicroseconds }: Listed): string {
  return toCursor([receivedMicroseconds, notification.notificationId])
}

function readPlace(after: string): Place {
  const [receivedMicroseconds = '', notificationId = ''] = readCursor(after, [/^\d{1,17}$/, /^[!-~]{1,255}$/])
  return { receivedMicroseconds, notificationId }
}
