/** The options of this door, and what it needs of others. */
import type { FastifyRequest } from 'fastify'
import type { Message } from '../../domain/notification.ts'
import type { OrderStatus } from '../../domain/order-status.ts'
import type { Log } from '../../runtime/log.ts'
import type { Security } from '../security.ts'

/** An HTTP status, and what goes with it as JSON. */
export interface Answer {
  status: number
  body: unknown
}

export interface Click {
  nonce: string
  key: string
  fingerprint: string
  message: Message
  answer?: Answer
}

/** The ledger, as this door needs it. */
export interface Clicks {
  /**
   * Resolves when the request is stored, or is not to be: its nonce was used, its key was another request's, or the same
   * one's. Of that the first answer comes along, if one was given.
   */
  take(
    click: Click,
  ): Promise<{ kind: 'recorded' | 'nonce-used' | 'key-of-another' } | { kind: 'repeated'; answer?: Answer }>
  /** Keeps what the first request with that key is answered. */
  keep(click: { organizationId: string; key: string }, answer: Answer): Promise<void>
}

/** How orders stand. */
export interface Orders {
  status(orderId: string): Promise<OrderStatus | undefined>
  /** Resolves when nothing is under way any more; or not `over`, when the time or the signal says so, with what is known by then. */
  settled(orderId: string, ms: number, signal: AbortSignal): Promise<{ over: boolean; status: OrderStatus | undefined }>
}

/** Who signs with which secrets. */
export interface Signer {
  organizationId: string
  secrets: readonly string[]
}

export interface QuickActionOptions {
  /** They may change while it runs. */
  signers: () => readonly Signer[]
  clicks: Clicks
  orders: Orders
  /** Who may ask here at all: it reports those whom it does not admit. */
  gate: { admits(request: FastifyRequest): boolean }
  /** How far the time of a request may be from ours, ms. */
  toleranceMs: number
  /** The address at which senders reach us. Absent: as the request says. */
  publicUrl?: string
  now: () => Date
  security: Pick<Security, 'report'>
  log: Log
}
