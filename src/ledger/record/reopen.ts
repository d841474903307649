/** Notifications that are known, and come for work all the same. */
import type { Message, Notification } from '../../domain/notification.ts'
import { query, type Runner } from '../postgres/query.ts'

export const reopen = query(
  'reopen',
  { organization_id: 'text[]', notification_id: 'text[]', record_id: 'text[]' },
  { reopened: 'integer' },
)

/**
 * What is known, and comes for work: it may be that the door ignored it before, without its data or as another
 * organisation's. Returns the numbers of the messages of which some may go to work now. Rare: a redelivery.
 */
export async function reopenKnown(
  runner: Runner,
  messages: Message[],
  rows: { message_no: number; recorded: number }[],
) {
  const recorded = new Map(rows.map((row) => [row.message_no - 1, row.recorded]))
  const known = messages.flatMap(({ organizationId, notifications }, number) => {
    if (recorded.get(number) === notifications.length) return []
    return notifications.filter(isWork).map((notification) => ({ ...notification, organizationId, number }))
  })
  if (known.length === 0) return []
  const [row] = await reopen(runner, {
    organization_id: known.map((one) => one.organizationId),
    notification_id: known.map((one) => one.notificationId),
    record_id: known.map((one) => one.recordId),
  })
  return row !== undefined && row.reopened > 0 ? known.map(({ number }) => number) : []
}

export function hasWork(message: Message): boolean {
  return message.notifications.some(isWork)
}

export function isWork(notification: Notification): notification is Notification & { recordId: string } {
  return notification.ignored === undefined && notification.recordId !== undefined
}
