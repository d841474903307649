/** What the door needs of others. */
import type { Message } from '../../domain/notification.ts'

/** Salesforce, as far as a subscription needs it. */
export interface Salesforce {
  /** Runs the work with an access token; once more with a new one when the work fails with SALESFORCE_SESSION_REFUSED. */
  withToken<T>(work: (token: string) => Promise<T>): Promise<T>
  /** What is left of the deliveries of 24 hours. Undefined: it does not say. */
  deliveries(): Promise<Deliveries | undefined>
}

export interface Deliveries {
  remaining: number
  max: number
}

/** Orders that no event may have told of: records what the ledger has not heard of since. Returns how many. */
export type SweepSince = (since: Date) => Promise<number>

/** The subscription of a topic, leased to this process. */
export interface Held {
  topic: string
  /** Rises with each lease: it guards all that is written. */
  leaseNo: number
  /** Where the stream goes on. Undefined: nothing was committed yet, or the position was lost. */
  replayId: Buffer | undefined
  /** When a stream was opened for the first time. */
  subscribedAt: Date | undefined
  /** When Salesforce last did not know the position any more. */
  lostAt: Date | undefined
  lastEventAt: Date | undefined
  /** Orders changed since then are still to be asked for. */
  sweepSince: Date | undefined
}

export type SubscriptionState = 'connecting' | 'subscribed' | 'waiting' | 'paused' | 'stopped'

/** What is committed together: the rows, and how far the stream is. */
export interface Batch {
  /** Absent: nothing to record. */
  message?: Message
  /** Absent: it stays where it is. */
  replayId?: Buffer
  lastEventAt?: Date
  sweepSince?: Date
  undecodable: Undecodable[]
  /** Caused by what Soapstone wrote itself. */
  own: number
  /** About nothing that Soapstone has to do with. */
  other: number
}

/** An event that nobody can read, with its bytes. */
export interface Undecodable {
  replayId: Buffer
  eventId: string | undefined
  schemaId: string
  payload: Buffer
  reason: string
}

/** The ledger. Whoever lost the lease writes nothing more, and is told by `false`. Rejects with LEDGER_AWAY. */
export interface Subscriptions {
  /** Undefined: another process has it. */
  take(topic: string): Promise<Held | undefined>
  renew(held: Held): Promise<boolean>
  /** Gives the lease back. */
  release(held: Held): Promise<void>
  report(held: Held, report: { state: SubscriptionState; code?: string; message?: string }): Promise<boolean>
  deliveries(held: Held, deliveries: Deliveries): Promise<boolean>
  /** All of it, or nothing. `refused`: Postgres can't hold these rows, and why. */
  commit(held: Held, batch: Batch): Promise<{ recorded: number } | { refused: string } | 'lost'>
  /** There is no position any more, and a sweep is owed. */
  losePosition(held: Held, sweepSince: Date): Promise<boolean>
  /** The sweep that was owed since then is done. */
  swept(held: Held, since: Date): Promise<boolean>
  /** Orders that wait to be worked on, counted no further than `most`. */
  backlog(most: number): Promise<number>
}

/** What is counted. */
export interface Meter {
  events(counted: {
    topic: string
    kind: 'recorded' | 'duplicate' | 'own' | 'other' | 'undecodable'
    count: number
  }): void
  /** From the event, by Salesforce's clock, to its commit. */
  delay(seconds: number): void
  positionLost(topic: string): void
  interrupted(topic: string, code: string): void
}
