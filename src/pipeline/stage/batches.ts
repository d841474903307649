/** What happens to an item between claim and settlement: it waits, runs with the others of its batch, and is settled. */
import type { Lease, Leases } from './leases.ts'

export interface BatchesOptions<Ran> {
  leases: Pick<Leases, 'drop'>
  /** At most this many items in one run. */
  runSize: number
  /** Runs at the same time. */
  concurrency: number
  run: (batch: Lease[]) => Promise<Ran>
  /** Settles what ran. The next run need not wait for it. */
  conclude: (ran: Ran) => Promise<void>
  /** A run, or its conclusion, has ended. */
  onFree: () => void
  /** Aborted when no further run may begin. */
  signal: AbortSignal
}

export interface Batches {
  /** Begins with these as soon as there is room. */
  add(leases: Lease[]): void
  /** Takes away what has not begun. */
  withdraw(): Lease[]
  /** Resolves when all that has begun is settled. */
  ended(): Promise<void>
  readonly waiting: number
  /** Some run is under way. */
  readonly running: boolean
  /** As many runs as may be are under way. */
  readonly full: boolean
}

export function createBatches<Ran>(options: BatchesOptions<Ran>): Batches {
  const { leases, runSize, concurrency, run, conclude, onFree, signal } = options
  const waiting: Lease[] = []
  const unsettled = new Set<Promise<void>>()
  let running = 0

  function begin(): void {
    while (waiting.length > 0 && running < concurrency && !signal.aborted) {
      const batch = waiting.splice(0, runSize).filter(isHeld)
      if (batch.length > 0) follow(batch)
    }
  }

  function follow(batch: Lease[]): void {
    running += 1
    const ran = run(batch).finally(() => {
      running -= 1
      begin()
      onFree()
    })
    const settled = ran.then(conclude).finally(() => {
      unsettled.delete(settled)
      onFree()
    })
    unsettled.add(settled)
  }

  /** What waited here longer than its lease belongs to another worker by now. */
  function isHeld(lease: Lease): boolean {
    if (lease.signal.aborted) leases.drop(lease)
    return !lease.signal.aborted
  }

  return {
    add(claimed) {
      waiting.push(...claimed)
      begin()
    },
    withdraw: () => waiting.splice(0),
    async ended() {
      await Promise.all(unsettled)
    },
    get waiting() {
      return waiting.length
    },
    get running() {
      return running > 0
    },
    get full() {
      return running >= concurrency
    },
  }
}
