/** Sessions of messages that are done are forgotten: by whoever settles the last notification, or swept later. */
import { query, type Runner } from '../postgres/query.ts'

export interface Sessions {
  /** Removes those that a dead worker left, or whose last notification was superseded. Returns how many. */
  sweep(): Promise<number>
}

const SWEPT_AT_ONCE = 500

export const forgetSessions = query(
  'forget-sessions',
  { organization_id: 'text[]', message_id: 'bigint[]' },
  { message_id: 'bigint' },
)
export const sweepSessions = query('sweep-sessions', { most: 'integer' }, { message_id: 'bigint' })

export function createSessions({ runner }: { runner: Runner }): Sessions {
  return {
    async sweep() {
      return (await sweepSessions(runner, { most: SWEPT_AT_ONCE })).length
    },
  }
}
