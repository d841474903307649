/**
 * The class of a code decides what follows:
 *
 * - `retry`      nothing was done, or doing it again is harmless: try again on the retry schedule
 * - `reconcile`  the other side may or may not have acted: look there before anything is sent again
 * - `permanent`  trying again can't help: a person must mend something, then replay
 * - `pause`      not this order's fault: the whole stage waits, no attempt is burned
 * - `release`    neither the order's fault nor the other system's: given back, no attempt is burned
 * - `wait`       nothing failed, the answer isn't there yet: no attempt is burned
 * - `ignore`     there is nothing to do
 */
export type FailureClass = 'retry' | 'reconcile' | 'permanent' | 'pause' | 'release'
export type CodeClass = FailureClass | 'wait' | 'ignore'

/** What a person has to know of a code. */
export interface CodeKind {
  class: CodeClass
  meaning: string
  remedy: string
  /**
   * Says something of the other system rather than of this order: counts towards opening the stage's breaker, and burns
   * no attempt while that is not closed, unless something may have been made (`reconcile`).
   */
  breaks?: true
}
