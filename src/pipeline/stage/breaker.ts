/**
 * A stage's circuit breaker. It decides when the stage must stand still, and for how long. Whether the stage does stand
 * still is written in the ledger, for every process.
 */
export interface Breaker {
  /** The other system answered. */
  succeeded(): void
  /** The other system failed. Returns for how long the stage must stand still, ms, once it must. */
  failed(): number | undefined
  /** It refused us, or the probe failed: the stage must stand still at once. Returns for how long, ms. */
  open(): number
}

export interface BreakerOptions {
  /** Failures in a row that open it. */
  threshold: number
  /** How long the stage stands still, ms: the first time, the second time in a row, ... and the last for ever after. */
  coolDowns: readonly number[]
}

export function createBreaker({ threshold, coolDowns }: BreakerOptions): Breaker {
  let failures = 0
  let opened = 0

  function open(): number {
    const coolDown = coolDowns[Math.min(opened, coolDowns.length - 1)] ?? 0
    opened += 1
    failures = 0
    return coolDown
  }

  return {
    succeeded() {
      failures = 0
      opened = 0
    },
    failed() {
      failures += 1
      return failures >= threshold ? open() : undefined
    },
    open,
  }
}
