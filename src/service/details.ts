/** Keeps what was asked and answered in an attempt, once the attempt is written. */

import type { Runner } from '../ledger/postgres/query.ts'
import { type Detail, keepDetailsOf } from '../ledger/work/details.ts'
import type { Queue } from '../ledger/work/queue.ts'
import { exchangesOf } from '../runtime/exchanges.ts'
import type { Log } from '../runtime/log.ts'

/** A detail that could not be kept holds nothing up. */
export function keepingDetails(queue: Queue, { runner, log }: { runner: Runner; log: Log }): Queue {
  return {
    ...queue,
    async settle(step, settled) {
      const lost = await queue.settle(step, settled)
      const details = settled.flatMap(({ item }): Detail[] => {
        const exchanges = exchangesOf(item)
        return exchanges === undefined || lost.includes(item) ? [] : [{ item, exchanges }]
      })
      if (details.length > 0) {
        await keepDetailsOf(runner, details).catch((error: unknown) =>
          log.warn({ step, err: error }, 'attempt.detail_lost'),
        )
      }
      return lost
    },
  }
}
