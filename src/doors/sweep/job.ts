/** A sweep in regular intervals, by every process that works: a change is recorded once, whoever finds it. */
import type { Job } from '../../runtime/every.ts'
import type { Log } from '../../runtime/log.ts'
import type { Sweep } from './sweep.ts'

export interface SweepJobOptions {
  sweep: Sweep
  /** When the ledger was made: what was changed before is not ours to provision, unless a person says so. */
  ledgerSince: () => Promise<Date>
  everyMs: number
  now: () => Date
  log: Log
  /** Orders were found of which no message had come. */
  onRecorded?: (orders: number) => void
}

/** A week: the question costs one call, since hardly an order is approved and without a status. */
const LOOKS_BACK_MS = 7 * 86_400_000
const FIRST_MS = 300_000

export function createSweepJob({ sweep, ledgerSince, everyMs, now, log, onRecorded }: SweepJobOptions): Job {
  return {
    name: 'sweep',
    everyMs,
    // After an outage soon; but first what Salesforce sends by itself.
    firstMs: Math.min(everyMs, FIRST_MS),
    async turn() {
      const since = new Date(Math.max(now().getTime() - LOOKS_BACK_MS, (await ledgerSince()).getTime()))
      const { found, unknown } = await sweep.find(since)
      const recorded = unknown.length > 0 ? await sweep.record(unknown) : 0
      if (recorded > 0) {
        log.warn({ found, recorded, since: since.toISOString() }, 'sweep.recorded')
        onRecorded?.(recorded)
      }
      return undefined
    },
  }
}
