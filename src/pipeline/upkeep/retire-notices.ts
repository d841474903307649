/** Removes what was told long ago, a batch at a time, with a rest between two. */
import type { Job } from '../../runtime/every.ts'

export interface OldNotices {
  /** Removes a batch of what is older. Returns how many rows. */
  retire(days: number): Promise<number>
}

export interface RetireNoticesOptions {
  notices: OldNotices
  days: number
  /** From the batch that found nothing more to the next one, ms. */
  everyMs: number
  /** Between two batches, ms. */
  restMs: number
}

export function createRetireNotices({ notices, days, everyMs, restMs }: RetireNoticesOptions): Job {
  return {
    name: 'retire-notices',
    firstMs: 60_000,
    everyMs,
    turn: async () => ((await notices.retire(days)) > 0 ? restMs : everyMs),
  }
}
