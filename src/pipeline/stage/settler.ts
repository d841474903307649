/** Writes settlements, many with one statement. What ends while a statement is on its way goes with the next one. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Step, WorkItem } from '../../domain/notification.ts'
import type { Settlement } from '../../domain/outcome.ts'
import type { Log } from '../../runtime/log.ts'
import { createWaker } from '../../runtime/waker.ts'

export interface Settled {
  item: WorkItem
  settlement: Settlement
}

export interface SettlerOptions {
  step: Step
  /** Writes them. Returns the items whose lease was lost. */
  write: (settled: Settled[]) => Promise<WorkItem[]>
  log: Log
  /** Aborted when no further write may be tried. */
  signal: AbortSignal
  /** How long a write waits for others that will end soon, and for how many at most. By default not at all. */
  gather?: { ms: number; most: number }
  /** Whether others may end soon. */
  expecting?: () => boolean
  /** Delay before a failed write is tried again, ms. */
  retryMs?: number
}

/** So many tries take a minute. */
const MOST_TRIES = 120

export function createSettler(options: SettlerOptions) {
  const { step, write, log, signal, gather, expecting = () => true, retryMs = 500 } = options
  const arrivals = createWaker()
  let queue: { settled: Settled[]; done: (written: Settled[]) => void }[] = []
  let writing = false

  async function flush(): Promise<void> {
    writing = true
    while (queue.length > 0) {
      if (gather !== undefined && !isEnough() && expecting()) await arrivals.rest(gather.ms)
      arrivals.reset()
      const group = queue
      queue = []
      const written = new Set(await writeUntilDone(group.flatMap((entry) => entry.settled)))
      for (const { settled, done } of group) done(settled.filter((one) => written.has(one)))
    }
    writing = false
  }

  function isEnough(): boolean {
    return queue.reduce((sum, { settled }) => sum + settled.length, 0) >= (gather?.most ?? 0)
  }

  /**
   * Tries again while the ledger is away: what was done must be written, or a later worker does it again. A settlement
   * that can never be written must not delay the others: after a while each is written alone, and that one is left.
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
    // Its lease runs out, and another worker starts again.
    for (const { item } of settled) log.error({ step, notificationId: item.notificationId }, 'notification.not_settled')
    return []
  }

  function withoutLost(settled: Settled[], lost: WorkItem[]): Settled[] {
    for (const { notificationId } of lost) log.warn({ step, notificationId }, 'notification.lease_lost')
    return settled.filter(({ item }) => !lost.includes(item))
  }

  /** Resolves with what was written, or when no further write may be tried. */
  return (settled: Settled[]): Promise<Settled[]> =>
    new Promise((done) => {
      queue.push({ settled, done })
      if (isEnough()) arrivals.wake()
      if (!writing) void flush()
    })
}
