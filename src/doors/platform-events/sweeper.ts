/** Sweeps that the stream owes: where it does not name all that changed. They run beside it, and until they succeed. */
import type { Log } from '../../runtime/log.ts'
import { restUntil } from '../../runtime/rest.ts'
import type { SweepSince } from './ports.ts'

export interface Sweeper {
  /** Orders changed since then have to be asked for. */
  owe(since: Date): void
  /** Resolves when nothing more will be asked or written. */
  ended(): Promise<void>
}

export interface SweeperOptions {
  topic: string
  sweep: SweepSince
  /** The ledger need not remember it any more. */
  done: (since: Date) => Promise<unknown>
  againMs: number
  signal: AbortSignal
  log: Log
}

/** Salesforce's clock and that of the ledger may differ, and an event tells of a change that was made a little before. */
const MARGIN_MS = 10 * 60_000

export function createSweeper({ topic, sweep, done, againMs, signal, log }: SweeperOptions): Sweeper {
  let owed: Date | undefined
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (owed !== undefined && !signal.aborted) {
      const since = owed
      try {
        const recorded = await sweep(new Date(since.getTime() - MARGIN_MS))
        await done(since)
        if (owed === since) owed = undefined
        log.info({ topic, since: since.toISOString(), recorded }, 'events.swept')
      } catch (error) {
        log.error({ topic, since: since.toISOString(), err: error }, 'events.sweep_failed')
        await restUntil(againMs, signal)
      }
    }
    running = undefined
  }

  return {
    owe(since) {
      // One that began later would not do; one from earlier does for both.
      if (owed === undefined || since < owed) owed = since
      running ??= run()
    },
    ended: async () => await running,
  }
}
