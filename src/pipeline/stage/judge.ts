/** What outcomes say of the other system: they open and close the stage's breaker, and everybody sees that it stands still. */
import { FAILURES } from '../../domain/codes.ts'
import type { Failure } from '../../domain/failure.ts'
import type { Step } from '../../domain/notification.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Log } from '../../runtime/log.ts'
import type { Breaker } from './breaker.ts'

export interface JudgeOptions {
  step: Step
  breaker: Breaker
  /** The pause of a step, for all processes. */
  pauses: {
    pause(step: Step, seconds: number, code: string, message: string): Promise<void>
    resume(step: Step): Promise<void>
  }
  log: Log
}

export function createJudge({ step, breaker, pauses, log }: JudgeOptions) {
  async function judge(outcomes: Outcome[]): Promise<void> {
    if (outcomes.every(saysNothing)) return
    const failures = outcomes.flatMap((outcome) => (outcome.kind === 'fail' ? [outcome.failure] : []))
    const refusal = failures.find((failure) => FAILURES[failure.code].class === 'pause')
    const culprit = refusal ?? failures.find((failure) => FAILURES[failure.code].breaks)
    try {
      if (culprit) {
        const ms = refusal ? breaker.refused() : breaker.failed()
        if (ms === undefined) return
        log.error({ step, code: culprit.code, seconds: Math.round(ms / 1000), err: culprit }, 'stage.paused')
        await pauses.pause(step, ms / 1000, culprit.code, culprit.message)
        return
      }
      const wasClosed = breaker.state === 'closed'
      breaker.succeeded()
      if (wasClosed) return
      log.info({ step }, 'stage.resumed')
      await pauses.resume(step)
    } catch (error) {
      // The breaker of this process has its way; that others see it is a convenience.
      log.error({ step, err: error }, 'stage.pause_failed')
    }
  }

  /** The same outcomes, but that orders are not to blame for an outage once the stage stands still for it. */
  return async (outcomes: Outcome[]): Promise<Outcome[]> => {
    await judge(outcomes)
    if (breaker.state === 'closed') return outcomes
    return outcomes.map((outcome) =>
      outcome.kind === 'fail' && isOutage(outcome.failure) ? { kind: 'hold', failure: outcome.failure } : outcome,
    )
  }
}

/** Whoever waits or looks again has perhaps not asked at all, nor has he who met a ledger that was away. */
function saysNothing(outcome: Outcome): boolean {
  if (outcome.kind === 'fail') return FAILURES[outcome.failure.code].class === 'release'
  return outcome.kind === 'wait' || outcome.kind === 'refresh'
}

function isOutage({ code }: Failure): boolean {
  return FAILURES[code].class === 'retry' && FAILURES[code].breaks === true
}
