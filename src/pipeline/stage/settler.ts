/** Writes settlements down, many with one statement: what ends while one is on its way goes with the next. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Step, WorkItem } from '../../domain/notification.ts'
import type { Settlement } from '../../domain/outcome.ts'
import type { Log } from '../../runtime/log.ts'

export interface Settled {
  item: WorkItem
  settlement: Settlement
}

export interface SettlerOptions {
  step: Step
  /** Writes; returns the items whose lease was lost. */
  write: (settled: Settled[]) => Promise<WorkItem[]>
  /** Settlements were written. */
  onWritten: (settled: Settled[]) => void
  log: Log
  /** Aborted when nothing more is to be tried. */
  signal: AbortSignal
}

const RETRY_MS = 500
/** A minute of them. */
const MOST_TRIES = 120

export function createSettler({ step, write, onWritten, log, signal }: SettlerOptions) {
  let queue: { settled: Settled[]; done: () => void }[] = []
  let writing = false

  async function flush(): Promise<void> {
    writing = true
    while (queue.length > 0) {
      const group = queue
      queue = []
      await writeUntilDone(group.flatMap((entry) => entry.settled))
      for (const entry of group) entry.done()
    }
    writing = false
  }

  /**
   * A ledger that is away is asked again: what was done must be written down, or a later worker does it again. One
   * settlement that can't ever be written must not hold up the others: after a while each goes alone, and it is left.
   */
  async function writeUntilDone(settled: Settled[]): Promise<void> {
    for (let tries = 1; !signal.aborted; tries++) {
      try {
        const lost = await write(settled)
        for (const { notificationId } of lost) log.warn({ step, notificationId }, 'notification.lease_lost')
        onWritten(settled)
        return
      } catch (error) {
        log.error({ step, tries, err: error }, 'stage.settle_failed')
        if (tries === MOST_TRIES) {
          if (settled.length > 1) for (const one of settled) await writeUntilDone([one])
          return
        }
        await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
      }
    }
  }

  /** Resolves when they are written, or when nothing more is to be tried. */
  return (settled: Settled[]): Promise<void> =>
    new Promise((done) => {
      queue.push({ settled, done })
      if (!writing) void flush()
    })
}
