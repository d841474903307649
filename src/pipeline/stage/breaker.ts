/**
 * A stage's circuit breaker: when the stage is to stand still, and for how long. It decides; whether the stage does
 * stand still is said by the ledger, for every process.
 */
export interface Breaker {
  /** The other system is there. */
  succeeded(): void
  /** The other system failed us. Answers with for how long the stage is to stand still, ms, once it is to. */
  failed(): number | undefined
  /** It refused us, or the probe failed: the stage is to stand still at once. Answers with for how long, ms. */
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
