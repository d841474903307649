/** Hours that are over are counted once, so that nobody who looks at a chart has to count them. */
import type { Job } from '../../runtime/every.ts'

export interface SumHoursOptions {
  /** Counts a few. Returns how many. */
  sum: () => Promise<number>
  everyMs: number
  /** Between two batches: an old ledger has thousands to count. */
  restMs: number
}

export function createSumHours({ sum, everyMs, restMs }: SumHoursOptions): Job {
  return {
    name: 'sum-hours',
    everyMs,
    async turn() {
      return (await sum()) > 0 ? restMs : undefined
    },
  }
}
