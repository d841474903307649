/**
 * The leases that one stage holds, as far as this process can know: each has a signal that aborts when its lease was
 * lost or could not be renewed in time. A process that was frozen past its lease finds the signal aborted as soon as
 * its timers have had their turn: `stillHeld` gives them one.
 */
import type { WorkItem } from '../../domain/notification.ts'

/**
 * LEASE_SECONDS is the longest gap after a crash: a claim that nobody renews any more has to run out in that time, be found
 * and be claimed by another. Both in ms; the rest is for the claim.
 */
export function leaseTimes(leaseSeconds: number): { leaseMs: number; rescueEveryMs: number } {
  return { leaseMs: (leaseSeconds * 1_000 * 5) / 6, rescueEveryMs: (leaseSeconds * 1_000) / 8 }
}

export interface Lease {
  item: WorkItem
  signal: AbortSignal
}

export interface Leases {
  /** Adds what was claimed. `askedAt` is the time just before the claim was sent. */
  take(items: WorkItem[], askedAt: number): Lease[]
  drop(lease: Lease): void
  /** Renews all leases. Those that the ledger calls lost are aborted and returned. */
  renew(ask: (items: WorkItem[]) => Promise<WorkItem[]>): Promise<Lease[]>
  readonly size: number
  abortAll(reason: string): void
}

interface Held extends Lease {
  controller: AbortController
  timer: NodeJS.Timeout | undefined
}

export function createLeases(leaseMs: number, now: () => number): Leases {
  const held = new Map<Lease, Held>()

  function arm(controller: AbortController, askedAt: number): NodeJS.Timeout | undefined {
    const left = leaseMs - (now() - askedAt)
    const end = () => controller.abort(new Error('the lease ran out'))
    if (left > 0) return setTimeout(end, left)
    // At once: after a freeze a new timer would come too late for what has arrived already.
    end()
    return undefined
  }

  return {
    take(items, askedAt) {
      return items.map((item) => {
        const controller = new AbortController()
        const lease: Held = { item, controller, signal: controller.signal, timer: arm(controller, askedAt) }
        held.set(lease, lease)
        return lease
      })
    },
    drop(lease) {
      clearTimeout(held.get(lease)?.timer)
      held.delete(lease)
    },
    async renew(ask) {
      const leases = [...held.values()]
      if (leases.length === 0) return []
      const askedAt = now()
      const lost = new Set(await ask(leases.map((lease) => lease.item)))
      const gone = leases.filter((lease) => lost.has(lease.item) && held.has(lease))
      for (const lease of gone) {
        lease.controller.abort(new Error('the lease was lost'))
        clearTimeout(lease.timer)
        held.delete(lease)
      }
      for (const lease of leases) {
        if (!held.has(lease) || lease.signal.aborted) continue
        clearTimeout(lease.timer)
        lease.timer = arm(lease.controller, askedAt)
      }
      return gone
    },
    get size() {
      return held.size
    },
    abortAll(reason) {
      for (const lease of held.values()) {
        lease.controller.abort(new Error(reason))
        clearTimeout(lease.timer)
      }
      held.clear()
    },
  }
}
