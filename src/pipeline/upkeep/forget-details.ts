/** What other systems were asked and answered is kept for a while only: it is about customers. */
import type { Job } from '../../runtime/every.ts'

export interface ForgetDetailsOptions {
  /** Removes a batch of the old. Returns how many. */
  forget: () => Promise<number>
  everyMs: number
  /** Between two batches. */
  restMs: number
}

export function createForgetDetails({ forget, everyMs, restMs }: ForgetDetailsOptions): Job {
  return {
    name: 'forget-details',
    everyMs,
    async turn() {
      return (await forget()) > 0 ? restMs : undefined
    },
  }
}
