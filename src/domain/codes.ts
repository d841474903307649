/**
 * Every code that a notification or an attempt can carry: failures, waits and reasons to ignore. README, `soapstone show` and
 * the log print meaning and remedy from here.
 */
import { EVENTS } from './codes/events.ts'
import { IGNORED } from './codes/ignored.ts'
import type { CodeKind, FailureClass } from './codes/kind.ts'
import { ORDER } from './codes/order.ts'
import { OWN } from './codes/own.ts'
import { SALESFORCE } from './codes/salesforce.ts'
import { WAITS } from './codes/waits.ts'
import { WHMCS } from './codes/whmcs.ts'

const failures = { ...SALESFORCE, ...EVENTS, ...ORDER, ...WHMCS, ...OWN }
const codes = { ...failures, ...WAITS, ...IGNORED }

export type FailureCode = keyof typeof failures
export type WaitCode = keyof typeof WAITS
export type IgnoreCode = keyof typeof IGNORED
export type Code = keyof typeof codes

/** What Failures are thrown with. */
export const FAILURES: Readonly<Record<FailureCode, CodeKind & { class: FailureClass }>> = failures
export const CODES: Readonly<Record<Code, CodeKind>> = codes

const known = new Map<string | undefined, CodeKind>(Object.entries(codes))

/** What the code of an attempt or a notification means. Undefined: nobody knows that code. */
export function meaningOf(code: string | undefined): string | undefined {
  return known.get(code)?.meaning
}

/** What helps against the code of an attempt or a notification. Undefined: nobody knows that code. */
export function remedyOf(code: string | undefined): string | undefined {
  return known.get(code)?.remedy
}
