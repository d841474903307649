/** Which notifications somebody asks for: texts of a command line or a URL become a filter. */
import { STATES, STEPS } from '../domain/notification.ts'
import { toId18 } from '../domain/salesforce-id.ts'
import { Refusal } from './refusal.ts'
import { readTime } from './time.ts'

/** As it was typed. */
export interface AskedFilter {
  organizationId?: string | undefined
  state?: string | undefined
  step?: string | undefined
  code?: string | undefined
  record?: string | undefined
  since?: string | undefined
  until?: string | undefined
}

/** Each narrows the rest; what is undefined does not. */
export interface Filter {
  organizationId: string | undefined
  state: string | undefined
  step: string | undefined
  code: string | undefined
  recordId: string | undefined
  /** Received then or later. */
  since: Date | undefined
  /** Received before. */
  until: Date | undefined
}

/** Throws a Refusal: what can't be understood must never widen what is asked for. */
export function readFilter(asked: AskedFilter, now: Date): Filter {
  const { organizationId, state, step, code, record, since, until } = asked
  return {
    organizationId,
    state: choice('state', state, STATES),
    step: choice('step', step, STEPS),
    code: matching('code', code, /^[A-Z][A-Z_]{0,99}$/, 'an error code such as PRODUCT_UNMAPPED'),
    recordId: record === undefined ? undefined : readRecordId(record),
    since: since === undefined ? undefined : readTime('since', since, now),
    until: until === undefined ? undefined : readTime('until', until, now),
  }
}

function readRecordId(text: string): string {
  const id = toId18(text)
  if (id === undefined) throw new Refusal('invalid', `record: '${text}' is not a record id of 15 or 18 characters`)
  return id
}

function choice(name: string, text: string | undefined, choices: readonly string[]): string | undefined {
  if (text === undefined || choices.includes(text)) return text
  throw new Refusal('invalid', `${name}: '${text}' is none of ${choices.join(', ')}`)
}

function matching(name: string, text: string | undefined, pattern: RegExp, what: string): string | undefined {
  if (text === undefined || pattern.test(text)) return text
  throw new Refusal('invalid', `${name}: '${text}' is not ${what}`)
}
