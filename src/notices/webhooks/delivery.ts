/** What is sent, and what comes of it. */
import type { Format } from '../../domain/event.ts'

/** An event as its receivers see it. */
export interface Event {
  id: string
  type: string
  happenedAt: Date
  data: Readonly<Record<string, unknown>>
}

/** One event for one webhook, leased to this process. */
export interface Delivery {
  organizationId: string
  webhookId: string
  eventNo: string
  leaseNo: number
  /** Tries before this one. */
  attempts: number
  url: string
  format: Format
  /** The newest first. None: what is sent is not signed. */
  secrets: readonly string[]
  event: Event
  /** The trace of the order that it is about, where it has one. */
  traceparent?: string
}

/** One try. */
export interface Sent {
  result: 'delivered' | 'refused'
  status?: number
  /** Why it counts as refused, in one line. */
  error?: string
  /** The beginning of the answer. */
  answer?: string
  /** The receiver says that it wants no more, ever. */
  gone: boolean
  /** The receiver asks not to be tried before that, ms. */
  restMs?: number
}

export type Send = (delivery: Delivery, signal: AbortSignal) => Promise<Sent>
