/**
 * Outages of the other system. Outcomes show them. The breaker decides when one is bad enough for the stage to stand
 * still. A row in ledger.pause then says so to every process. When the time of the pause is over, one notification probes:
 * its success deletes the row, its failure prolongs the pause.
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
  /** A pause stays here when its time is over, until somebody resumes. `secondsLeft` is then 0 or less. */
  current(step: Step): Promise<{ secondsLeft: number } | undefined>
}

export interface Outages {
  /** How many of those wanted may be claimed now. None while the stage stands still; then one, which probes. */
  admit(wanted: number, leased: number): Promise<number>
  /** Learns from the outcomes of a run. Returns them, changed so that no order loses an attempt by an outage. */
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

/**
 * How long an answer that nothing stands still is good for: to ask before each claim cost an eighth of the statements of an
 * order. No claim gets anything while the stage is paused, whatever is believed here; and a pause lasts longer than this.
 */
const GOOD_FOR_MS = 500

export function createOutages({ step, breaker, pauses, now, log }: OutagesOptions): Outages {
  /** Until when the stage stands still, or stood still, as the ledger said last. */
  let until: number | undefined
  let askedAt = Number.NEGATIVE_INFINITY

  function state(): StageState {
    if (until === undefined) return 'running'
    return now() < until ? 'paused' : 'probing'
  }

  async function refresh(): Promise<StageState> {
    if (until === undefined && now() - askedAt < GOOD_FOR_MS) return 'running'
    const startedAt = now()
    const pause = await pauses.current(step)
    askedAt = startedAt
    if (pause === undefined && until !== undefined) breaker.succeeded()
    until = pause && now() + pause.secondsLeft * 1_000
    return state()
  }

  async function pause(failure: Failure, ms: number): Promise<void> {
    log.error({ step, code: failure.code, seconds: Math.round(ms / 1_000), err: failure }, 'stage.paused')
    // Also when the pause can't be written: what is settled now met an outage all the same.
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
          // An item that is still under way probes as well as a new one would.
          return leased === 0 ? Math.min(wanted, 1) : 0
      }
    },
    async learn(outcomes) {
      const sign = signOf(outcomes)
      // The outcome of an item that was under way when the pause began says nothing new.
      if (sign !== undefined && state() !== 'paused') await (sign === 'well' ? succeeded() : failed(sign))
      return state() === 'running' ? outcomes : outcomes.map(withoutBlame)
    },
    get state() {
      return state()
    },
  }
}

/** The other system refused us, or it failed. */
interface Trouble {
  kind: 'refused' | 'failed'
  failure: Failure
}

/** What the outcomes say about the other system. Undefined: nothing. */
export function signOf(outcomes: Outcome[]): 'well' | Trouble | undefined {
  if (outcomes.every(saysNothing)) return undefined
  const failures = outcomes.flatMap((outcome) => (outcome.kind === 'fail' ? [outcome.failure] : []))
  const refusal = failures.find((failure) => FAILURES[failure.code].class === 'pause')
  if (refusal) return { kind: 'refused', failure: refusal }
  const failure = failures.find((failure) => FAILURES[failure.code].breaks)
  return failure ? { kind: 'failed', failure } : 'well'
}

/** These outcomes say nothing about the other system: the step may not have called it. */
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
