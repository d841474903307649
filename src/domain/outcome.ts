/** What a step's result does to a notification: the only place where an outcome becomes a state. */
import { CODES, FAILURES, type FailureCode, type IgnoreCode, type WaitCode } from './codes.ts'
import { Failure } from './failure.ts'
import type { State, Step, WorkItem } from './notification.ts'

/** What a step says of one notification. */
export type Outcome =
  | {
      kind: 'advance'
      step: Step
      whmcsClientId?: string
      whmcsOrderId?: string
      /** The order has been accepted in WHMCS: its service ids by Salesforce order item id, as far as they are known. */
      serviceIds?: Record<string, string>
      /** At `callback`: the order is to be cancelled in WHMCS. */
      cancels?: true
      /** What was decided and why, for the record of the attempt. */
      note?: string
    }
  | {
      kind: 'complete'
      whmcsOrderId?: string
      /** What is worth knowing though all is done, for the record of the attempt. */
      note?: string
    }
  | { kind: 'ignore'; code: IgnoreCode; message: string }
  /** Nothing failed; the answer isn't there yet. Burns no attempt. */
  | { kind: 'wait'; seconds: number; code: WaitCode | FailureCode; message: string }
  /** What is known of the order has grown old: read it again. */
  | { kind: 'refresh' }
  /** Salesforce knows that provisioning failed: the notification waits for a person. */
  | { kind: 'bury' }
  | { kind: 'fail'; failure: Failure }
  /** It met an outage of the other system, for which the stage stands still. Burns no attempt. */
  | { kind: 'stage-paused'; failure: Failure }

export type AttemptOutcome =
  | 'advanced'
  | 'completed'
  | 'ignored'
  | 'waiting'
  | 'retry'
  | 'paused'
  | 'released'
  | 'gave_up'
  | 'dead'

/** What the ledger writes. `delayMs` undefined: the state is final; 0: due at once, in order of arrival. */
export interface Settlement {
  state: State
  step: Step
  delayMs?: number
  attempts: number
  /** Why it isn't done, for people; stays until the next settlement. */
  error?: { code: string; message: string }
  /** The step that gave up, while write-back tells Salesforce of it, and after. */
  failedStep?: Step
  whmcsClientId?: string
  whmcsOrderId?: string
  /** Of an order that has been accepted in WHMCS: the acceptance is written with the settlement. */
  serviceIds?: Record<string, string>
  attempt: { outcome: AttemptOutcome; code?: string; message?: string }
}

export interface RetryPolicy {
  /** Delays between attempts, ms; when they are used up, the step gives up. */
  schedule: readonly number[]
  /** After an unknown answer of WHMCS: how long until it is looked at again, ms. */
  unknownDelayMs: number
  /** How long a notification stays away that met a paused stage, or a ledger that was away, ms. */
  pauseDelayMs: number
  /** 0 <= x < 1. */
  random: () => number
}

const SNAPSHOT_OLD: Settlement['attempt'] = {
  outcome: 'waiting',
  code: 'SNAPSHOT_OLD',
  message: CODES.SNAPSHOT_OLD.meaning,
}

export function toSettlement(item: WorkItem, outcome: Outcome, policy: RetryPolicy): Settlement {
  switch (outcome.kind) {
    case 'advance':
      return {
        ...carried(item, outcome),
        ...(outcome.serviceIds !== undefined && { serviceIds: outcome.serviceIds }),
        state: 'pending',
        step: outcome.step,
        delayMs: 0,
        attempts: 0,
        attempt: { outcome: 'advanced', ...(outcome.note !== undefined && { message: outcome.note }) },
      }
    case 'complete':
      return {
        ...carried(item, outcome),
        state: 'completed',
        step: item.step,
        attempts: item.attempts,
        attempt: { outcome: 'completed', ...(outcome.note !== undefined && { message: outcome.note }) },
      }
    case 'ignore':
      return {
        state: 'ignored',
        step: item.step,
        attempts: item.attempts,
        error: { code: outcome.code, message: outcome.message },
        attempt: { outcome: 'ignored', code: outcome.code, message: outcome.message },
      }
    case 'wait':
      return {
        ...kept(item),
        error: { code: outcome.code, message: outcome.message },
        delayMs: outcome.seconds * 1000,
        attempt: { outcome: 'waiting', code: outcome.code, message: outcome.message },
      }
    case 'refresh':
      return { ...kept(item), step: 'callback', delayMs: 0, attempt: SNAPSHOT_OLD }
    case 'bury':
      return buried(item, { outcome: 'dead' })
    case 'fail':
      return afterFailure(item, outcome.failure, policy)
    case 'stage-paused':
      return again(item, outcome.failure, { outcome: 'paused', delayMs: policy.pauseDelayMs })
    default:
      return outcome satisfies never
  }
}

function afterFailure(item: WorkItem, failure: Failure, policy: RetryPolicy): Settlement {
  const { code } = failure
  switch (FAILURES[code].class) {
    case 'pause':
      return again(item, failure, { outcome: 'paused', delayMs: policy.pauseDelayMs })
    case 'release':
      return again(item, failure, { outcome: 'released', delayMs: policy.pauseDelayMs })
    case 'retry':
    case 'reconcile': {
      const delay = policy.schedule[item.attempts]
      if (delay === undefined) return gaveUp(item, failure, policy)
      const least = FAILURES[code].class === 'reconcile' ? policy.unknownDelayMs : 0
      // Plus or minus a fifth: orders that failed together must not come back together.
      const delayMs = Math.max(Math.round(delay * (0.8 + 0.4 * policy.random())), least)
      return { ...again(item, failure, { outcome: 'retry', delayMs }), attempts: item.attempts + 1 }
    }
    case 'permanent':
      return gaveUp(item, failure, policy)
    default:
      return FAILURES[code].class satisfies never
  }
}

/** The same step again, with as many attempts as before. */
function again(
  item: WorkItem,
  { code, message }: Failure,
  { outcome, delayMs }: { outcome: AttemptOutcome; delayMs: number },
): Settlement {
  return { ...kept(item), error: item.failed ?? { code, message }, delayMs, attempt: { outcome, code, message } }
}

/** A step that gives up hands over to write-back, so that Salesforce hears of it; write-back itself has nobody to tell. */
function gaveUp(item: WorkItem, failure: Failure, policy: RetryPolicy): Settlement {
  const { code, message } = failure
  if (item.step === 'write_back') {
    if (isUnderWay(item) && code !== 'SALESFORCE_RECORD_DELETED') return reportedLater(item, failure, policy)
    return buried(item, { outcome: 'dead', code, message })
  }
  return {
    ...carried(item, {}),
    state: 'pending',
    step: 'write_back',
    delayMs: 0,
    attempts: 0,
    error: { code, message },
    failedStep: item.step,
    attempt: { outcome: 'gave_up', code, message },
  }
}

/** Salesforce says `Activating` of it: callback let it pass, if not this time then once before. */
function isUnderWay(item: WorkItem): boolean {
  return item.failed?.step !== 'callback' || item.provisioning !== undefined
}

/**
 * A report that can't be written is never given up: whoever looks at the order would wait for ever. It is tried again at
 * the longest delay, burns no more attempts, and a code of its own says what is the matter.
 */
function reportedLater(item: WorkItem, { code, message }: Failure, policy: RetryPolicy): Settlement {
  const cause = new Failure('SALESFORCE_REPORT_NOT_WRITTEN', { detail: `${code}: ${message}` })
  return again(item, cause, { outcome: 'retry', delayMs: Math.max(policy.pauseDelayMs, ...policy.schedule) })
}

/** Dead letters show the step and the error that a person has to look at: the first one, not the report of it. */
function buried(item: WorkItem, attempt: Settlement['attempt']): Settlement {
  const error = item.failed ?? { code: attempt.code ?? 'UNKNOWN', message: attempt.message ?? '' }
  const step = item.failed?.step ?? item.step
  return {
    ...carried(item, {}),
    state: 'dead',
    step,
    attempts: item.attempts,
    error: { code: error.code, message: error.message },
    failedStep: step,
    attempt: attempt.code === undefined ? { ...attempt, code: error.code, message: error.message } : attempt,
  }
}

function kept(item: WorkItem) {
  const base = { ...carried(item, {}), state: 'pending' as const, step: item.step, attempts: item.attempts }
  return item.failed ? { ...base, failedStep: item.failed.step } : base
}

function carried(item: WorkItem, outcome: { whmcsClientId?: string; whmcsOrderId?: string }) {
  const whmcsOrderId = outcome.whmcsOrderId ?? item.whmcsOrderId
  return {
    ...(outcome.whmcsClientId !== undefined && { whmcsClientId: outcome.whmcsClientId }),
    ...(whmcsOrderId !== undefined && { whmcsOrderId }),
  }
}
