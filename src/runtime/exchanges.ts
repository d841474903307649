/**
 * What another system was asked and what it answered, noted for whatever it is done for. Whoever asks knows nothing of
 * that: it finds it in the context of its call. Secrets and what is about a person are masked, and all of it is bounded.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { masked } from './masked.ts'

export interface Exchange {
  action: string
  asked?: unknown
  answered: unknown
}

const LONGEST = 4_000
const MOST = 20
/** Names of fields whose values nobody has to see. */
const PRIVATE =
  /pass(?:word|wd)|secret|token|apikey|accesskey|identifier|e-?mail|phone|address|postcode|first_?name|last_?name|full_?name|tax_?id|card|cvv|bank|ipaddress/i

/** WHMCS has the same few hundred names in all of its answers. */
const MOST_NAMES = 2_000
const judged = new Map<string, boolean>()

function isPrivate(name: string): boolean {
  const known = judged.get(name)
  if (known !== undefined) return known
  const found = PRIVATE.test(name)
  if (judged.size < MOST_NAMES) judged.set(name, found)
  return found
}

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
  return {
    action,
    ...(asked !== undefined && { asked: bounded(masked(asked, isPrivate)) }),
    answered: bounded(masked(answered, isPrivate)),
  }
}

/** What is too long is its beginning, as text. */
function bounded(value: unknown): unknown {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.length <= LONGEST ? value : `${text.slice(0, LONGEST)}…`
}
