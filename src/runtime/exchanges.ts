/**
 * What another system was asked and what it answered, noted for whatever it is done for. Whoever asks knows nothing of
 * that: it finds it in the context of its call. Secrets and what is about a person are masked, and all of it is bounded.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

export interface Exchange {
  action: string
  asked?: unknown
  answered: unknown
}

const LONGEST = 4_000
const MOST = 20
const MASK = '***'
/** Names of fields whose values nobody has to see. */
const PRIVATE =
  /pass(?:word|wd)|secret|token|apikey|accesskey|identifier|e-?mail|phone|address|postcode|first_?name|last_?name|full_?name|tax_?id|card|cvv|bank|ipaddress/i
/** A Salesforce session, wherever a text has it. */
const SESSION = /\b00D\w{9,15}![\w.-]+/g

const current = new AsyncLocalStorage<object>()
const noted = new WeakMap<object, Exchange[]>()

/** What is noted while the work is done is about that subject. */
export function notingFor<T>(subject: object, work: () => T): T {
  return current.run(subject, work)
}

/** Of the subject of the call, or of that one. Where there is none it is forgotten. */
export function note(exchange: Exchange, subject: object | undefined = current.getStore()): void {
  if (subject === undefined) return
  const list = noted.get(subject) ?? []
  if (list.length < MOST) noted.set(subject, [...list, readable(exchange)])
}

/** All that was noted of it. Undefined: nothing. */
export function exchangesOf(subject: object): Exchange[] | undefined {
  return noted.get(subject)
}

function readable({ action, asked, answered }: Exchange): Exchange {
  return { action, ...(asked !== undefined && { asked: bounded(masked(asked)) }), answered: bounded(masked(answered)) }
}

function masked(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(SESSION, MASK)
  if (Array.isArray(value)) return value.map(masked)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, PRIVATE.test(name) ? MASK : masked(inner)]),
  )
}

/** What is too long is its beginning, as text. */
function bounded(value: unknown): unknown {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.length <= LONGEST ? value : `${text.slice(0, LONGEST)}…`
}
