/** Sessions of messages that are done are forgotten: by whoever settles the last notification, or swept later. */
import { query, type Runner } from '../postgres/query.ts'

export interface Sessions {
  /** Removes those that a dead worker left, or whose last notification was superseded. Returns how many. */
  sweep(): Promise<number>
}

const SWEPT_AT_ONCE = 500

export const forgetSpent = query(
  'forget-sessions',
  { organization_id: 'text[]', record_id: 'text[]', notification_id: 'text[]' },
  { message_id: 'bigint' },
)
export const sweepSessions = query('sweep-sessions', { most: 'integer' }, { message_id: 'bigint' }, 'each-time')

/** Of the messages of these notifications, which have ended: where nothing of a message is open any more. */
export async function forgetSessions(
  runner: Runner,
  ended: { organization_id: string; record_id: string; notification_id: string }[],
): Promise<void> {
  if (ended.length === 0) return
  await forgetSpent(runner, {
    organization_id: ended.map((row) => row.organization_id),
    record_id: ended.map((row) => row.record_id),
    notification_id: ended.map((row) => row.notification_id),
  })
}

export function createSessions({ runner }: { runner: Runner }): Sessions {
  return {
    async sweep() {
      return (await sweepSessions(runner, { most: SWEPT_AT_ONCE })).length
    },
  }
}
