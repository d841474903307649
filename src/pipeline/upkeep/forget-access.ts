/** Sessions of the page that are over, and tokens that have long been of no use, go. */
import type { Job } from '../../runtime/every.ts'

/** So long one can still see whose token it was. */
const TOKENS_KEPT_DAYS = 90

export interface ForgetAccessOptions {
  /** Removes sessions that are over, and tokens that have opened nothing for so many days. */
  forget: (days: number) => Promise<void>
  everyMs: number
}

export function createForgetAccess({ forget, everyMs }: ForgetAccessOptions): Job {
  return {
    name: 'forget-access',
    everyMs,
    async turn() {
      await forget(TOKENS_KEPT_DAYS)
      return undefined
    },
  }
}
