/** How long the door waits for what, ms. Tests have shorter ones. */
import type { FailureCode } from '../../domain/codes.ts'

export interface Times {
  /** Until the connection stands. */
  connect: number
  /** Salesforce says something at least every 270 s while events may come. */
  silence: number
  /** The position of a stream without events is kept at most this often: one older than 72 hours is lost. */
  idlePosition: number
  /** Between two tries to get the lease of a topic that another process has. */
  takeEvery: number
  /** A lease that is not renewed for so long is another's. */
  lease: number
  /** After a failure: the first time, and at most. */
  retryFirst: number
  retryMost: number
  /** Salesforce, or its admin, has to change something. */
  pause: number
  /** Too much at a time. */
  slowDown: number
  /** After a sweep that failed. */
  sweepAgain: number
  /** Between two looks at how many deliveries are left. Each costs a call. */
  deliveriesEvery: number
  /** With no credit open the stream ends after 60 s. */
  longestWithoutCredit: number
  /** Between two looks whether the ledger has room again. */
  roomEvery: number
}

export const TIMES: Omit<Times, 'lease' | 'takeEvery'> = {
  connect: 20_000,
  silence: 300_000,
  idlePosition: 60_000,
  retryFirst: 1_000,
  retryMost: 60_000,
  pause: 15 * 60_000,
  slowDown: 2 * 60_000,
  sweepAgain: 30_000,
  deliveriesEvery: 15 * 60_000,
  longestWithoutCredit: 45_000,
  roomEvery: 1_000,
}

/** How long to rest after that failure. `failures`: of several in a row this one is that, from 1. */
export function restAfter(code: FailureCode, failures: number, times: Times, random: () => number): number {
  switch (code) {
    case 'EVENTS_LIMIT':
    case 'EVENTS_FORBIDDEN':
    case 'EVENTS_TOPIC_UNKNOWN':
    case 'EVENTS_NOT_LICENSED':
      return times.pause
    case 'EVENTS_TOO_MANY':
      return times.slowDown
    case 'EVENTS_POSITION_LOST':
      return failures === 1 ? 0 : backoff(failures, times, random)
    default:
      return backoff(failures, times, random)
  }
}

/** Of many subscribers that were cut off together not all come back together. */
function backoff(failures: number, { retryFirst, retryMost }: Times, random: () => number): number {
  return Math.min(retryMost, retryFirst * 2 ** (failures - 1)) * (0.5 + random() / 2)
}
