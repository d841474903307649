/**
 * A stage's circuit breaker. After some failures in a row that say something of the other system, or one that says we
 * are not let in, the stage stands still for a while; then one notification probes, and its success opens the road.
 */
export interface Breaker {
  /** How many may be claimed now, of those wanted. */
  admit(wanted: number): number
  succeeded(): void
  /** The other system failed us. Returns for how long the stage now stands still, ms, when this opened the breaker. */
  failed(): number | undefined
  /** The other system refuses us: opens at once. Returns for how long, ms. */
  refused(): number
  readonly state: 'closed' | 'open' | 'half-open'
}

export interface BreakerOptions {
  /** Failures in a row that open it. */
  threshold: number
  /** How long it stays open, ms: the first time, the second time in a row, ... and the last for ever after. */
  coolDowns: readonly number[]
  /** Milliseconds that only go forward. */
  now: () => number
}

export function createBreaker({ threshold, coolDowns, now }: BreakerOptions): Breaker {
  let failures = 0
  let opened = 0
  let openUntil: number | undefined

  function open(): number {
    const coolDown = coolDowns[Math.min(opened, coolDowns.length - 1)] ?? 0
    opened += 1
    failures = 0
    openUntil = now() + coolDown
    return coolDown
  }
  const isOpen = () => openUntil !== undefined && now() < openUntil

  return {
    admit(wanted) {
      if (openUntil === undefined) return wanted
      return isOpen() ? 0 : Math.min(wanted, 1)
    },
    succeeded() {
      failures = 0
      opened = 0
      openUntil = undefined
    },
    failed() {
      // What was under way when the breaker opened says nothing new.
      if (isOpen()) return undefined
      failures += 1
      return openUntil !== undefined || failures >= threshold ? open() : undefined
    },
    refused: () => (isOpen() && openUntil !== undefined ? openUntil - now() : open()),
    get state() {
      if (openUntil === undefined) return 'closed'
      return isOpen() ? 'open' : 'half-open'
    },
  }
}
