/**
 * Tells those who wait for an order how it stands, at each change. However many wait: orders are looked at together, in
 * one question, and nobody holds a connection. Hints make it quick, looking again and again makes it certain.
 */
import type { OrderStatus } from '../domain/order-status.ts'
import type { OrderStatuses } from './order-status.ts'

export interface OrderWatch {
  /** Calls now, and at each change. `undefined`: there is no such order. Returns what ends it. */
  watch(orderId: string, onStatus: Listener): () => void
  /** Resolves when nothing is under way any more (`over`), or when the time or the signal says so: with what is known then. */
  settled(orderId: string, ms: number, signal: AbortSignal): Promise<{ over: boolean; status: OrderStatus | undefined }>
  /** These may have changed. */
  hint(orderIds: Iterable<string>): void
  /** Looks at all that somebody waits for. */
  look(): Promise<void>
  /** Orders that somebody waits for. */
  readonly watched: number
}

type Listener = (status: OrderStatus | undefined) => void

interface Watched {
  /** As it was looked at last; undefined before that, and where there is no such order. */
  version: string | undefined
  looked: boolean
  listeners: Set<Listener>
}

export interface OrderWatchOptions {
  statuses: OrderStatuses
  /** That the ledger could not be asked: it will be asked again. */
  onError: (error: unknown) => void
}

export function createOrderWatch({ statuses, onError }: OrderWatchOptions): OrderWatch {
  const watched = new Map<string, Watched>()

  /** Rejects when the ledger is away. */
  async function lookAt(orderId: string, one: Watched): Promise<void> {
    const version = await statuses.version(orderId)
    if (one.looked && version !== undefined && version === one.version) return
    const found = await statuses.whole(orderId)
    const changed = !one.looked || found?.version !== one.version
    one.version = found?.version
    one.looked = true
    if (changed) for (const listener of one.listeners) listener(found?.status)
  }

  const lookSoon = (orderId: string, one: Watched) => void lookAt(orderId, one).catch(onError)

  function watch(orderId: string, onStatus: Listener): () => void {
    const known = watched.get(orderId)
    const one = known ?? { version: undefined, looked: false, listeners: new Set() }
    const listener: Listener = (status) => onStatus(status)
    one.listeners.add(listener)
    watched.set(orderId, one)
    if (known === undefined) lookSoon(orderId, one)
    else void tellNow(orderId, one, listener)
    return () => {
      one.listeners.delete(listener)
      if (one.listeners.size === 0 && watched.get(orderId) === one) watched.delete(orderId)
    }
  }

  /** For one who comes later. The others are told at the next look. */
  async function tellNow(orderId: string, { listeners }: Watched, listener: Listener): Promise<void> {
    try {
      const found = await statuses.whole(orderId)
      if (listeners.has(listener)) listener(found?.status)
    } catch (error) {
      onError(error)
    }
  }

  return {
    watch,
    settled(orderId, ms, signal) {
      return new Promise((resolve) => {
        let last: OrderStatus | undefined
        const end = (over: boolean) => {
          clearTimeout(timer)
          signal.removeEventListener('abort', giveUp)
          leave()
          resolve({ over, status: last })
        }
        const giveUp = () => end(false)
        const timer = setTimeout(giveUp, ms)
        signal.addEventListener('abort', giveUp)
        const leave = watch(orderId, (status) => {
          last = status
          if (status === undefined || status.settled) end(true)
        })
        if (signal.aborted) giveUp()
      })
    },
    hint(orderIds) {
      for (const orderId of orderIds) {
        const one = watched.get(orderId)
        if (one !== undefined) lookSoon(orderId, one)
      }
    },
    async look() {
      await Promise.all([...watched].map(([orderId, one]) => lookAt(orderId, one)))
    },
    get watched() {
      return watched.size
    },
  }
}
