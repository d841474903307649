/** Leases that ran out go back to work: their worker died, was frozen, or lost the ledger. */
import type { Job } from '../../runtime/every.ts'
import type { Log } from '../../runtime/log.ts'

export interface Leased {
  /** Puts back what nobody renews any more, and says who had it. */
  rescue(): Promise<{ worker: string; notificationId: string }[]>
}

export interface RescueOptions {
  leased: Leased
  everyMs: number
  log: Log
  onRescued: (notifications: number) => void
}

export function createRescue({ leased, everyMs, log, onRescued }: RescueOptions): Job {
  return {
    name: 'rescue',
    everyMs,
    // Never less often: LEASE_SECONDS promises when work goes on, also after a ledger that was away.
    longestMs: everyMs,
    async turn() {
      const rescued = await leased.rescue()
      for (const lost of rescued) log.warn(lost, 'notification.rescued')
      if (rescued.length > 0) onRescued(rescued.length)
      return undefined
    },
  }
}
