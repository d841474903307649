/** Nonces of signed requests go when their time stamps are too old anyway, their idempotency keys with the retention. */
import type { Job } from '../../runtime/every.ts'

export interface ForgottenClicks {
  /** Removes some. True: there may be more. */
  forget(): Promise<boolean>
}

export function createForgetClicks({ clicks, everyMs }: { clicks: ForgottenClicks; everyMs: number }): Job {
  return {
    name: 'forget-clicks',
    everyMs,
    turn: async () => ((await clicks.forget()) ? Math.min(1_000, everyMs) : undefined),
  }
}
