/** The options of this door, and what it needs of others. */
import type { Message } from '../../domain/notification.ts'
import type { Log } from '../../runtime/log.ts'
import type { Gate } from '../gate.ts'
import type { Security } from '../security.ts'
import type { Result } from './answers.ts'
import type { Contract } from './contract.ts'

/** The ledger, as a door needs it: resolves when the message is committed. */
export interface Recorder {
  record(message: Message): Promise<Recorded>
}

export interface Recorded {
  recorded: number
  duplicates: number
  /** Known ids that came with another record than before. They are recorded, and worked on. */
  conflicting?: number
}

export interface OutboundMessageOptions {
  recorder: Recorder
  /** Each name is an endpoint. One of an organisation counts there before that of all. */
  contracts: readonly Contract[]
  /** Whose messages are taken now, 18 characters each. */
  organizationIds: () => readonly string[]
  /** Whether messages of other organisations are refused, or recorded as ignored. They are never worked on. */
  foreignOrganizations: 'refuse' | 'record'
  /** Whether what the contract does not expect is kept as text and reported, or the message refused. */
  unknownFields: 'report' | 'refuse'
  /** The address at which senders reach us. Absent: as the request says. */
  publicUrl?: string
  /** Who may ask here at all. */
  gate: Gate
  /** If set, the request must carry it, as `?key=`. */
  key?: string
  /** Largest body, bytes. */
  bodyLimit: number
  /** Bytes of all large bodies that may be in memory at the same time. */
  bodyBudget: number
  /** How long a body may take to arrive, ms. */
  requestTimeoutMs: number
  log: Log
  security: Security
  meter: Meter
}

/** What the door counts and times. */
export interface Meter {
  received(received: { result: Result; notifications: number; duplicates: number }): void
  /** From the request to the end of its Ack. What is refused has none. */
  acked(seconds: number): void
}
