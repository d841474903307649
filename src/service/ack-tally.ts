/** Acks for the ledger: each process counts its own, and all of them together say how long a sender waits. */
import { createAckCounts } from '../http/ack-counts.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Tallies } from '../notices/alerts/tallies.ts'
import type { Job } from '../runtime/every.ts'

/** A few rows of a minute, changed six times: what an answer costs is counted already. */
const EVERY_MS = 10_000

export function createAckTally(metrics: Pick<Metrics, 'ackCounts'>, tallies: Pick<Tallies, 'saw'>): Job {
  const counts = createAckCounts(metrics.ackCounts)
  return {
    name: 'tally-acks',
    everyMs: EVERY_MS,
    async turn() {
      for (const { within, count } of await counts()) {
        tallies.saw({ organizationId: '', kind: 'ack', detail: String(within), count })
      }
      return undefined
    },
  }
}
