/**
 * Outages of the other system. Outcomes tell of them; the breaker decides when one is bad enough for the stage to stand
 * still; the row in ledger.pause says that it does, to every process. When its time is over one notification probes:
 * its success takes the row away, its failure prolongs it.
 */
import { FAILURES } from '../../domain/codes.ts'
import type { Failure } from '../../domain/failure.ts'
import type { Step } from '../../domain/notification.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Log } from '../../runtime/log.ts'
import type { Breaker } from './breaker.ts'

export interface Pauses {
  pause(step: Step, why: { seconds: number; code: string; message: string }): Promise<void>
  /** The stage works again. */
  resume(step: Step): Promise<void>
  /** Also the one whose time is over, until somebody resumes: then `secondsLeft` is not above 0. */
  current(step: Step): Promise<{ secondsLeft: number } | undefined>
}

export interface Outages {
  /** How many may be claimed now, of those wanted: none while the stage stands still, then one that probes. */
  admit(wanted: number, leased: number): Promise<number>
  /** Learns from the outcomes of a run. Answers with the same, but that no order is to blame for an outage. */
  learn(outcomes: Outcome[]): Promise<Outcome[]>
  readonly state: StageState
}

export type StageState = 'running' | 'paused' | 'probing'

export interface OutagesOptions {
  step: Step
  breaker: Breaker
  pauses: Pauses
  /** Milliseconds that only go forward. */
  now: () => number
  log: Log
}

export function createOutages({ step, breaker, pauses, now, log }: OutagesOptions): Outages {
  /** As the ledger said it last: until when the stage stands still, or stood. */
  let until: number | undefined

  function state(): StageState {
    if (until === undefined) return 'running'
    return now() < until ? 'paused' : 'probing'
  }

  async function refresh(): Promise<StageState> {
    const pause = await pauses.current(step)
    if (pause === undefined && until !== undefined) breaker.succeeded()
    until = pause && now() + pause.secondsLeft * 1_000
    return state()
  }

  async function pause(failure: Failure, ms: number): Promise<void> {
    log.error({ step, code: failure.code, seconds: Math.round(ms / 1_000), err: failure }, 'stage.paused')
    // Even if it can't be written down: those that are settled now met an outage all the same.
    until = now() + ms
    await pauses
      .pause(step, { seconds: ms / 1_000, code: failure.code, message: failure.message })
      .catch((error: unknown) => log.error({ step, err: error }, 'stage.pause_failed'))
  }

  async function failed({ kind, failure }: Trouble): Promise<void> {
    const ms = kind === 'refused' || state() === 'probing' ? breaker.open() : breaker.failed()
    if (ms !== undefined) await pause(failure, ms)
  }

  async function succeeded(): Promise<void> {
    breaker.succeeded()
    if (state() === 'running') return
    try {
      await pauses.resume(step)
      until = undefined
      log.info({ step }, 'stage.resumed')
    } catch (error) {
      log.error({ step, err: error }, 'stage.resume_failed')
    }
  }

  return {
    async admit(wanted, leased) {
      switch (await refresh()) {
        case 'running':
          return wanted
        case 'paused':
          return 0
        case 'probing':
          // What is still under way probes as well as another one would.
          return leased === 0 ? Math.min(wanted, 1) : 0
      }
    },
    async learn(outcomes) {
      const sign = signOf(outcomes)
      // What was under way when the stage came to stand still says nothing new.
      if (sign !== undefined && state() !== 'paused') await (sign === 'well' ? succeeded() : failed(sign))
      return state() === 'running' ? outcomes : outcomes.map(withoutBlame)
    },
    get state() {
      return state()
    },
  }
}

/** It refused us, or it failed us. */
interface Trouble {
  kind: 'refused' | 'failed'
  failure: Failure
}

/** What outcomes say of the other system. Undefined: nothing. */
export function signOf(outcomes: Outcome[]): 'well' | Trouble | undefined {
  if (outcomes.every(saysNothing)) return undefined
  const failures = outcomes.flatMap((outcome) => (outcome.kind === 'fail' ? [outcome.failure] : []))
  const refusal = failures.find((failure) => FAILURES[failure.code].class === 'pause')
  if (refusal) return { kind: 'refused', failure: refusal }
  const failure = failures.find((failure) => FAILURES[failure.code].breaks)
  return failure ? { kind: 'failed', failure } : 'well'
}

/** Whoever waits or looks again has perhaps not asked at all, nor has he who met a ledger that was away. */
function saysNothing(outcome: Outcome): boolean {
  if (outcome.kind === 'fail') return FAILURES[outcome.failure.code].class === 'release'
  return outcome.kind === 'wait' || outcome.kind === 'refresh'
}

function withoutBlame(outcome: Outcome): Outcome {
  if (outcome.kind !== 'fail' || !isOutage(outcome.failure)) return outcome
  return { kind: 'stage-paused', failure: outcome.failure }
}

function isOutage({ code }: Failure): boolean {
  return FAILURES[code].class === 'retry' && FAILURES[code].breaks === true
}
