/** Sessions leave the ledger with the last notification of their message; those that a dead worker left go here. */
import type { Job } from '../../runtime/every.ts'

export interface StoredSessions {
  /** Removes some of those that nobody needs any more. Returns how many. */
  sweep(): Promise<number>
}

export function createSweepSessions({ sessions, everyMs }: { sessions: StoredSessions; everyMs: number }): Job {
  return {
    name: 'sweep-sessions',
    everyMs,
    async turn() {
      await sessions.sweep()
      return undefined
    },
  }
}
