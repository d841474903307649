/** Which notifications somebody asks for: texts of a command line or a URL become a filter. */
import { PRIORITIES, STATES, STEPS } from '../domain/notification.ts'
import { toId18 } from '../domain/salesforce-id.ts'
import { Refusal } from './refusal.ts'
import { readTime } from './time.ts'

/** The names are those of the API. */
export const FILTERS = [
  'state',
  'step',
  'code',
  'record',
  'order',
  'whmcsOrder',
  'source',
  'priority',
  'text',
  'organization',
  'since',
  'until',
] as const

type Name = (typeof FILTERS)[number]

/** As it was typed. */
export type AskedFilter = { [K in Name]?: string | undefined }

/** Each narrows the rest; what is undefined does not. */
export interface Filter extends Record<Exclude<Name, 'since' | 'until'>, string | undefined> {
  /** Received then or later. */
  since: Date | undefined
  /** Received before. */
  until: Date | undefined
}

/** Throws a Refusal: what can't be understood must never widen what is asked for. */
export function readFilter(asked: AskedFilter, now: Date): Filter {
  const unknown = Object.keys(asked).find((name) => !isName(name))
  if (unknown !== undefined) throw new Refusal('invalid', `there is no filter ${unknown}: use ${FILTERS.join(', ')}`)
  return {
    state: choice('state', asked.state, STATES),
    step: choice('step', asked.step, STEPS),
    code: matching('code', asked.code, /^[A-Z][A-Z_]{0,99}$/, 'an error code such as PRODUCT_UNMAPPED'),
    record: readId('record', asked.record),
    order: matching('order', asked.order, /^[^\p{Cc}]{1,80}$/u, 'the number of an order'),
    whmcsOrder: matching(
      'whmcsOrder',
      asked.whmcsOrder,
      /^[1-9]\d{0,9}$/,
      'the id of a WHMCS order, which is a number',
    ),
    source: matching('source', asked.source, /^[a-z][a-z-]{0,39}$/, 'a source such as outbound-message'),
    priority: choice('priority', asked.priority, PRIORITIES),
    text: matching('text', asked.text, /^(?=.*\S)[^\p{Cc}]{1,200}$/u, 'a text of at most 200 characters'),
    organization: readId('organization', asked.organization),
    since: asked.since === undefined ? undefined : readTime('since', asked.since, now),
    until: asked.until === undefined ? undefined : readTime('until', asked.until, now),
  }
}

function isName(name: string): boolean {
  return FILTERS.some((one) => one === name)
}

/** Of 15 or 18 characters; with 18 then. `name`: what the error calls it. */
export function readId(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const id = toId18(text)
  if (id === undefined) throw new Refusal('invalid', `${name}: '${text}' is not an id of 15 or 18 characters`)
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
