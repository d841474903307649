/**
 * Looks for orders that WHMCS has twice, once another server has taken over as the ledger. For a time there may have been
 * two ledgers, and another process may have made from the one what we made from the other: neither could know.
 */
import { FAILURES } from '../domain/codes.ts'
import type { Log } from '../runtime/log.ts'
import type { KnownOrder } from './marker-probe.ts'
import type { Found, SearchQuestion } from './search.ts'

export interface DuplicatesOptions {
  /** Makes a dead letter of it: that is where people look. */
  raise: (duplicate: { orderId: string; message: string }) => Promise<unknown>
  search: (question: SearchQuestion, signal: AbortSignal) => Promise<Found>
  /** Milliseconds that only go forward. */
  now: () => number
  log: Log
}

/** Longer than it takes anybody to notice that there are two primaries. */
const REMEMBERED_MS = 3_600_000
const MOST = 10_000

export function createDuplicates({ raise, search, now, log }: DuplicatesOptions) {
  /** By their Salesforce ids, the oldest first. */
  const made = new Map<string, KnownOrder & { at: number }>()
  let looking: Promise<void> | undefined

  function forget(): void {
    for (const [id, { at }] of made) {
      if (now() - at <= REMEMBERED_MS && made.size <= MOST) return
      made.delete(id)
    }
  }

  async function lookAt({ clientId, orderId }: KnownOrder, signal: AbortSignal): Promise<void> {
    const { marked = [] } = await search({ clientId, orderId, lists: 'orders' }, signal)
    if (marked.length < 2) return
    const code = 'WHMCS_ORDER_DUPLICATED'
    log.error({ code, orderId, whmcsOrderIds: marked, remedy: FAILURES[code].remedy }, 'order.duplicated')
    await raise({ orderId, message: `order ${orderId} is in WHMCS as ${marked.join(', ')}` })
  }

  return {
    /** An order that this process has seen accepted in WHMCS. */
    made(order: KnownOrder): void {
      made.delete(order.orderId)
      made.set(order.orderId, { ...order, at: now() })
      forget()
    },
    /** One after the other: what was made in the last hour is not to keep WHMCS from its work. */
    async look(signal: AbortSignal): Promise<void> {
      forget()
      looking ??= (async () => {
        for (const order of [...made.values()]) {
          if (signal.aborted) return
          await lookAt(order, signal).catch((error: unknown) => {
            log.warn({ orderId: order.orderId, err: error }, 'order.not_looked_for_twice')
          })
        }
      })().finally(() => {
        looking = undefined
      })
      await looking
    },
  }
}
