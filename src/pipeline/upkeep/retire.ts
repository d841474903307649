/**
 * Removes what is final and old, in the background: a small batch, a rest several times as long as that took, the next.
 * On a busy server batches take longer, and so do the rests. Every process may do it: a batch is one process's, and
 * who meets another at it leaves it to that one.
 */
import type { Job } from '../../runtime/every.ts'
import type { Log } from '../../runtime/log.ts'

/** Rows that were removed. */
export interface Retired {
  notifications: number
  attempts: number
  acts: number
  messages: number
  snapshots: number
}

export interface Retirements {
  organizations(): Promise<string[]>
  /** One batch, from where the one before ended. Undefined: another process is at it. */
  retire(organizationId: string, since?: Date): Promise<{ counts: Retired; until?: Date } | undefined>
}

export interface RetireOptions {
  retirements: Retirements
  /** From the start to the first episode, ms. */
  firstMs: number
  /** From the end of an episode to the next, ms. */
  everyMs: number
  /** The shortest rest between two batches, ms. */
  restMs: number
  /** Milliseconds of a clock that never goes back. */
  now: () => number
  log: Log
  onRetired: (notifications: number) => void
}

/** So many times as long as it worked it rests: at most a fifth of one connection's time. */
const REST = 4

/** From the first batch to the one that finds nothing more. */
interface Episode {
  startedAt: number
  /** Those that are still to do; the first is at work. */
  organizations: string[]
  since: Date | undefined
  counts: Retired
}

export function createRetire(options: RetireOptions): Job {
  const { retirements, firstMs, everyMs, restMs, now, log, onRetired } = options
  let episode: Episode | undefined

  async function turn(): Promise<number> {
    const startedAt = now()
    try {
      episode ??= { startedAt, organizations: await retirements.organizations(), since: undefined, counts: none() }
      await batch(episode)
    } catch (error) {
      end()
      throw error
    }
    return episode ? Math.max(restMs, REST * (now() - startedAt)) : everyMs
  }

  async function batch(current: Episode): Promise<void> {
    const [organizationId] = current.organizations
    if (organizationId === undefined) return end()
    const retired = await retirements.retire(organizationId, current.since)
    if (retired === undefined) return end()
    current.since = retired.until
    if (retired.counts.notifications === 0) current.organizations.shift()
    else onRetired(retired.counts.notifications)
    current.counts = sum(current.counts, retired.counts)
    if (current.organizations.length === 0) end()
  }

  function end(): void {
    if (episode && episode.counts.notifications > 0) {
      log.info({ ...episode.counts, ms: Math.round(now() - episode.startedAt) }, 'ledger.retired')
    }
    episode = undefined
  }

  return { name: 'retire', firstMs, everyMs, turn, end }
}

function none(): Retired {
  return { notifications: 0, attempts: 0, acts: 0, messages: 0, snapshots: 0 }
}

function sum(one: Retired, other: Retired): Retired {
  return {
    notifications: one.notifications + other.notifications,
    attempts: one.attempts + other.attempts,
    acts: one.acts + other.acts,
    messages: one.messages + other.messages,
    snapshots: one.snapshots + other.snapshots,
  }
}
