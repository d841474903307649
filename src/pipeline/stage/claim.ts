/** Claims the next notifications of a step: as many as there is room for, and as the stage may have now. */
import type { Step, WorkItem } from '../../domain/notification.ts'
import type { Lease, Leases } from './leases.ts'
import type { Outages } from './outages.ts'

export interface ClaimOptions {
  step: Step
  queue: { claim(step: Step, limit: number): Promise<WorkItem[]> }
  leases: Pick<Leases, 'take' | 'size'>
  outages: Pick<Outages, 'admit' | 'state'>
  /** Lowers what may be claimed now, e.g. because the next step is far behind. */
  mayClaim?: (wanted: number) => Promise<number>
  /** At most this many items claimed and not settled. */
  maxLeased: number
  /** A claim of less than this is a small one. */
  runSize: number
  /** How long the next claim waits after a small one, so that more can come together, ms. */
  gatherMs: number
  now: () => number
}

/** How busy the stage is. */
export interface Load {
  /** Items that are leased and have not begun. */
  waiting: number
  /** Nothing more can begin now. */
  full: boolean
}

export interface Claimed {
  leases: Lease[]
  /** Whether there may be more right now. If not, wait for a wake or the poll. */
  more: boolean
  /** The next claim must not come before this time. */
  gatherUntil: number
}

const NOTHING: Claimed = { leases: [], more: false, gatherUntil: 0 }

export async function claim(options: ClaimOptions, load: Load): Promise<Claimed> {
  const limit = await claimLimit(options, load)
  if (limit <= 0) return NOTHING
  const askedAt = options.now()
  const items = await options.queue.claim(options.step, limit)
  if (items.length === 0) return NOTHING
  return {
    leases: options.leases.take(items, askedAt),
    // A claim may return fewer than asked for although more is due: of many orders of one client it takes one.
    more: options.outages.state === 'running',
    // Where one call serves many, the claim after a small one waits, so that it is larger.
    gatherUntil: items.length < options.runSize ? askedAt + options.gatherMs : 0,
  }
}

async function claimLimit({ leases, outages, mayClaim, maxLeased }: ClaimOptions, load: Load): Promise<number> {
  const room = maxLeased - leases.size
  // Large claims are cheap. So wait until half of what may be leased is free, unless there is nothing to do.
  if (room < Math.ceil(maxLeased / 2) && (load.waiting > 0 || load.full)) return 0
  const admitted = await outages.admit(room, leases.size)
  return admitted > 0 && mayClaim ? await mayClaim(admitted) : admitted
}
