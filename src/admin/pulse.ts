/**
 * Whether anything has changed in the ledger: asked once a second for all who watch in this process, and not at all while
 * nobody does. However much happens, whoever watches hears of it once a second; where more than fifty watch, more seldom, as
 * their turn to ask again comes later, too.
 */

/** What may have changed, each with what stands for its state. */
export type Signs = Record<'received' | 'ended' | 'acts' | 'pauses', string | undefined>

export interface Change {
  at: string
  /** The names of what has changed. */
  changed: string[]
  /**
   * Who asks again does so within twice that time from now, at random, ms: so many watch, and all of them together shall
   * ask ten times a second.
   */
  refreshMs: number
}

/** For each who watches, ms. */
const REFRESH_MS = 100
const LOOK_MS = 20

export interface PulseOptions {
  read: () => Promise<Signs>
  everyMs?: number
  now?: () => Date
}

export interface Pulse {
  /** Returns what ends it. */
  watch(onChange: (change: Change) => void): () => void
  close(): void
}

export function createPulse({ read, everyMs = 1_000, now = () => new Date() }: PulseOptions): Pulse {
  const watchers = new Set<(change: Change) => void>()
  let timer: NodeJS.Timeout | undefined
  let known: Signs | undefined

  async function look(): Promise<void> {
    // While the ledger is away nothing is known to have changed; afterwards everything may have.
    const seen = await read().catch(() => known)
    const changed = known === undefined || seen === undefined ? [] : differences(known, seen)
    known = seen
    const change = { at: now().toISOString(), changed, refreshMs: REFRESH_MS * watchers.size }
    if (changed.length > 0) for (const tell of watchers) tell(change)
    if (watchers.size > 0) timer = setTimeout(turn, Math.max(everyMs, LOOK_MS * watchers.size))
    else stop()
  }

  function turn(): void {
    void look()
  }

  function stop(): void {
    clearTimeout(timer)
    timer = undefined
    known = undefined
  }

  return {
    watch(onChange) {
      watchers.add(onChange)
      if (watchers.size === 1 && timer === undefined) timer = setTimeout(turn, 0)
      return () => {
        watchers.delete(onChange)
      }
    },
    close() {
      watchers.clear()
      stop()
    },
  }
}

function differences(known: Signs, seen: Signs): string[] {
  return Object.entries(seen).flatMap(([name, value]) =>
    Object.entries(known).some(([k, v]) => k === name && v === value) ? [] : [name],
  )
}
