/** The options of the portal's endpoints, and what they need of others. */
import type { OrderStatus } from '../domain/order-status.ts'
import type { Log } from '../runtime/log.ts'
import type { Texts } from './texts.ts'

/** How orders stand. All reject with LedgerUnavailable when the ledger is away. */
export interface Statuses {
  /** Undefined: there is no such order. */
  whole(orderId: string): Promise<{ version: string; status: OrderStatus | undefined } | undefined>
  /** Another one as soon as anything has changed; costs next to nothing. Undefined: it takes `whole` to know. */
  version(orderId: string): Promise<string | undefined>
}

export interface Watch {
  /** Calls now, and at each change. Returns what ends it. */
  watch(orderId: string, onStatus: (status: OrderStatus | undefined) => void): () => void
}

/** Whoever has a token with the scope `status` may see how any order stands. */
export interface Tokens {
  who(token: string): Promise<{ scopes: readonly string[] } | undefined>
}

export interface PortalOptions {
  statuses: Statuses
  watch: Watch
  tokens: Tokens
  /** Signs links. Absent: there are none. */
  linkSecret?: string
  /** Pages of these origins may ask from a browser. */
  origins: readonly string[]
  texts: Texts
  now: () => Date
  /** Somebody asked without the right to. */
  onRefused: (facts: object) => void
  log: Log
}
