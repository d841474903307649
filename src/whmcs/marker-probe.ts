/**
 * Whether our marker can be read back, which depends on the install: some drop AddOrder's notes, some don't return them.
 * Where it can't, "no order carries the marker" does not mean that there is none, and to send again would double it. So
 * that is said only after the marker of an order was seen which is known to be in WHMCS; until then what is new among
 * the client's orders is a person's to judge, as with no marker at all.
 *
 * Looked at before the first search, at orders that the ledger knows; then at an order that has just been accepted, once
 * in ten minutes, or once in a minute while it can't be read.
 */

import { Failure } from '../domain/failure.ts'
import type { Log } from '../runtime/log.ts'
import type { Found, SearchQuestion } from './search.ts'

/** An order that is in WHMCS, made by us. */
export interface KnownOrder {
  clientId: string
  orderId: string
  whmcsOrderId: string
}

export type Verdict = 'unknown' | 'readable' | 'unreadable'

export interface MarkerProbeOptions {
  search: (question: SearchQuestion, signal: AbortSignal) => Promise<Found>
  /** A few orders that were accepted earlier. */
  known: () => Promise<KnownOrder[]>
  /** Milliseconds that only go forward. */
  now: () => number
  log: Pick<Log, 'info' | 'error'>
}

const EVERY_MS = { readable: 600_000, unreadable: 60_000 }
const REMEDY = 'An order whose answer is lost will wait for a person. Set WHMCS_MARKER to custom-field, or to none.'

export function createMarkerProbe({ search, known, now, log }: MarkerProbeOptions) {
  let verdict: Verdict = 'unknown'
  let nextAt = 0
  let looking: Promise<void> | undefined

  function conclude(given: 'readable' | 'unreadable', order: KnownOrder): void {
    nextAt = now() + EVERY_MS[given]
    if (given === verdict) return
    verdict = given
    if (given === 'readable') log.info(order, 'whmcs.marker_readable')
    else log.error({ ...order, remedy: REMEDY }, 'whmcs.marker_unreadable')
  }

  async function look({ clientId, orderId, whmcsOrderId }: KnownOrder, signal: AbortSignal) {
    const { all, marked = [] } = await search({ clientId, orderId, lists: 'orders' }, signal)
    if (!all.includes(whmcsOrderId)) return 'absent'
    return marked.includes(whmcsOrderId) ? 'readable' : 'unreadable'
  }

  /**
   * They may have been made with another setting, or edited in WHMCS: one that can be read is enough. One that is not
   * there any more says nothing of its marker.
   */
  async function lookAtKnown(signal: AbortSignal): Promise<void> {
    let unreadable: KnownOrder | undefined
    for (const order of await known()) {
      const seen = await look(order, signal).catch(unlessOfThisClient)
      if (seen === 'readable') return conclude(seen, order)
      if (seen === 'unreadable') unreadable = order
    }
    if (unreadable) conclude('unreadable', unreadable)
  }

  return {
    get verdict() {
      return verdict
    },
    /** Looks at the orders that are known, as the first search does. */
    async look(signal: AbortSignal): Promise<Verdict> {
      await lookAtKnown(signal)
      return verdict
    },
    /** As that of the orders; `marked` is absent where its emptiness would mean nothing. */
    async search(question: SearchQuestion, signal: AbortSignal): Promise<Found> {
      if (verdict === 'unknown') {
        looking ??= lookAtKnown(signal).finally(() => {
          looking = undefined
        })
        await looking
      }
      const { marked, ...found } = await search(question, signal)
      const [whmcsOrderId] = marked ?? []
      const { clientId, orderId } = question
      if (whmcsOrderId !== undefined) conclude('readable', { clientId, orderId, whmcsOrderId })
      return whmcsOrderId === undefined && verdict !== 'readable' ? found : { ...found, ...(marked && { marked }) }
    },
    /**
     * To be told of each order that was accepted. One that WHMCS has just accepted and does not list has a marker that
     * can't be found. Never throws: the order itself is well.
     */
    async accepted(order: KnownOrder, signal: AbortSignal): Promise<void> {
      if (now() < nextAt) return
      const seen = await look(order, signal).catch(() => undefined)
      if (seen !== undefined) conclude(seen === 'readable' ? seen : 'unreadable', order)
    },
  }
}

/** Questions about one client that WHMCS does not answer must not keep the orders of others from being searched. */
function unlessOfThisClient(error: unknown): 'absent' {
  if (error instanceof Failure && error.code === 'WHMCS_QUESTION_REFUSED') return 'absent'
  throw error
}
