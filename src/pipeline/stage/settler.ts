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
  log: Log
  /** Aborted when nothing more is to be tried. */
  signal: AbortSignal
  /** How long until a write that failed is tried again, ms. */
  retryMs?: number
}

/** A minute of them. */
const MOST_TRIES = 120

export function createSettler({ step, write, log, signal, retryMs = 500 }: SettlerOptions) {
  let queue: { settled: Settled[]; done: (written: Settled[]) => void }[] = []
  let writing = false

  async function flush(): Promise<void> {
    writing = true
    while (queue.length > 0) {
      const group = queue
      queue = []
      const written = new Set(await writeUntilDone(group.flatMap((entry) => entry.settled)))
      for (const { settled, done } of group) done(settled.filter((one) => written.has(one)))
    }
    writing = false
  }

  /**
   * A ledger that is away is asked again: what was done must be written down, or a later worker does it again. One
   * settlement that can't ever be written must not hold up the others: after a while each goes alone, and it is left.
   */
  async function writeUntilDone(settled: Settled[]): Promise<Settled[]> {
    for (let tries = 1; !signal.aborted; tries++) {
      try {
        return withoutLost(settled, await write(settled))
      } catch (error) {
        log.error({ step, tries, err: error }, 'stage.settle_failed')
        if (tries === MOST_TRIES) return writeEach(settled)
        await sleep(retryMs, undefined, { signal }).catch(() => {})
      }
    }
    return []
  }

  async function writeEach(settled: Settled[]): Promise<Settled[]> {
    if (settled.length > 1) {
      const written: Settled[] = []
      for (const one of settled) written.push(...(await writeUntilDone([one])))
      return written
    }
    // Its lease runs out, and another worker begins anew.
    for (const { item } of settled) log.error({ step, notificationId: item.notificationId }, 'notification.not_settled')
    return []
  }

  function withoutLost(settled: Settled[], lost: WorkItem[]): Settled[] {
    for (const { notificationId } of lost) log.warn({ step, notificationId }, 'notification.lease_lost')
    return settled.filter(({ item }) => !lost.includes(item))
  }

  /** Resolves with what was written, as soon as that is so or nothing more is to be tried. */
  return (settled: Settled[]): Promise<Settled[]> =>
    new Promise((done) => {
      queue.push({ settled, done })
      if (!writing) void flush()
    })
}
