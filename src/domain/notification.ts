/** The words of the ledger: what arrives, where it stands, and what a worker holds. */
import type { IgnoreCode } from './codes.ts'
import type { EncodedFields, Fields } from './field.ts'
import type { Details, OrderSnapshot } from './order.ts'

export const STEPS = ['callback', 'provision', 'write_back'] as const
export type Step = (typeof STEPS)[number]

export const STATES = ['pending', 'working', 'completed', 'dead', 'ignored', 'superseded', 'dismissed'] as const
export type State = (typeof STATES)[number]

/** Classes of work: the first goes first, and the others have their share. */
export const PRIORITIES = ['critical', 'normal', 'batch'] as const
export type Priority = (typeof PRIORITIES)[number]

/** One thing that happened to one record, as it is to be recorded. Ids have 18 characters. */
export interface Notification {
  notificationId: string
  recordType: string
  /** Absent when the record was deleted before Salesforce sent the message. */
  recordId?: string
  /** Field values besides Id. A door that writes the JSON itself, while it looks at each value anyway, hands over that. */
  fields: Fields | EncodedFields
  /** Set when there is nothing to do: the notification is recorded as `ignored`, with this reason. */
  ignored?: Ignored
}

/** Why there is nothing to do. */
export interface Ignored {
  code: IgnoreCode
  message: string
}

/** One delivery: 1 to 100 notifications that are recorded together or not at all. */
export interface Message {
  organizationId: string
  /** The door it came through. */
  source: 'outbound-message' | 'sweep' | 'quick-action' | 'platform-event' | 'change-event'
  /** `normal` when absent. */
  priority?: Priority
  actionId: string
  /** A credential: sealed by the ledger, never logged. */
  sessionId?: string
  enterpriseUrl?: string
  partnerUrl?: string
  /** The trace that it belongs to, where somebody traces. */
  traceparent?: string
  notifications: Notification[]
}

/** A notification leased to one worker, with what its step needs. `leaseNo` fences: it rises with every claim. */
export interface WorkItem {
  organizationId: string
  notificationId: string
  leaseNo: number
  step: Step
  recordType: string
  recordId: string
  /** Failed tries of this step since it began or was replayed. */
  attempts: number
  receivedAt: Date
  /** The message held more of the record than its id: it was there, and somebody could see it, when it was sent. */
  hasData?: true
  /** A platform event named it. It may have been published before the change that it tells of. */
  toldByEvent?: true
  /** The session of the message, where it has one. */
  sessionId?: string
  /** At `provision`: the order as callback read it. At `callback`: as it was when it became a dead letter, if it did. */
  snapshot?: OrderSnapshot
  /** How long ago that was, by the ledger's clock: those of two workers may differ. */
  snapshotAgeMs?: number
  /** How far provisioning of this order has come, whichever notification began it. */
  provisioning?: ProvisioningState
  whmcsOrderId?: string
  /** At `write_back`: WHMCS service id by Salesforce order item id, where known. */
  serviceIds?: Record<string, string>
  /** At `write_back`: what else is known of it in WHMCS. */
  details?: Details
  /** To whom AddOrder was sent. */
  whmcsClientId?: string
  /** Whether the order is taken back: a person has agreed, it is to be done, or it was done. */
  cancellation?: Cancellation
  /** Why the last attempt at this step did not end it. */
  lastFailure?: { code: string; message: string }
  /** A person has put it back to work. */
  replayed?: true
  /** The trace of the message that brought it, where it has one. */
  traceparent?: string
  /** At `write_back`: what to tell Salesforce when an earlier step gave up. */
  failed?: { step: Step; code: string; message: string }
}

/**
 * The durable record of what was asked of WHMCS for one order:
 * `sending` - AddOrder is about to be sent or its answer is not known; `refused` - WHMCS said no, nothing was made;
 * `added` - the order exists in WHMCS; `accepted` - and was accepted.
 */
export type ProvisioningState = 'sending' | 'refused' | 'added' | 'accepted'

export type Cancellation = 'approved' | 'wanted' | 'cancelled'
