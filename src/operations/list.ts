import type { Filter } from './filter.ts'
import type { Notification } from './notification.ts'
import { type Page, pageOf, readCursor, toCursor } from './page.ts'
import { readSort, type Sort } from './sort.ts'

export interface Listed {
  notification: Notification
  /** The time that the list is in order of: finer than a Date. */
  microseconds: string
}

/** The last one of the page before. */
export interface Place {
  microseconds: string
  notificationId: string
}

export interface ListPort {
  list(filter: Filter, page: { most: number; sort: Sort; before: Place | undefined }): Promise<Listed[]>
}

interface AskedPage {
  limit: number
  /** Absent: the newest first. */
  sort?: string | undefined
  /** The cursor of the page before. */
  after?: string | undefined
}

/** Notifications in order, at most `limit`. */
export async function listNotifications(
  ledger: ListPort,
  filter: Filter,
  { limit, sort: asked, after }: AskedPage,
): Promise<Page<Notification>> {
  const sort = readSort(asked, filter)
  const before = after === undefined ? undefined : readPlace(after, sort)
  const found = await ledger.list(filter, { most: limit + 1, sort, before })
  const { items, next } = pageOf(found, limit, ({ notification, microseconds }) =>
    toCursor([sort, microseconds, notification.notificationId]),
  )
  return { items: items.map(({ notification }) => notification), next }
}

/** A cursor of another order would begin somewhere in the middle. */
function readPlace(after: string, sort: Sort): Place {
  const [, microseconds = '', notificationId = ''] = readCursor(after, [
    new RegExp(`^${sort}$`),
    /^\d{1,17}$/,
    /^[!-~]{1,255}$/,
  ])
  return { microseconds, notificationId }
}
