/** One order on its way through provision, and the outcomes that more than one part of the way ends with. */
import { CODES, type FailureCode } from '../../../domain/codes.ts'
import { Failure } from '../../../domain/failure.ts'
import type { WorkItem } from '../../../domain/notification.ts'
import type { OrderRules, ProvisionRequest } from '../../../domain/order.ts'
import type { Outcome } from '../../../domain/outcome.ts'
import type { Intent, Intents, Modules, WhmcsOrders } from './ports.ts'

export interface ProvisionOptions {
  intents: Intents
  whmcs: WhmcsOrders
  rules: OrderRules
  /** Whether AcceptOrder hands services to their modules; if it leaves them, they may stay Pending. */
  modules: Modules
  /** After an unknown outcome: how long until WHMCS is believed to have ended. */
  settleSeconds: number
  /** A snapshot older than this is read anew first, ms. */
  snapshotMaxAgeMs: number
}

export interface Order {
  item: WorkItem
  /** What WHMCS is asked for. */
  request: ProvisionRequest
  /** What the ledger knows of it. Absent: nothing was ever sent, as far as the claim could see. */
  intent?: Intent
  options: ProvisionOptions
  signal: AbortSignal
}

/** Another worker was faster: look again when it is done. */
export const BUSY: Outcome = { kind: 'wait', seconds: 1, code: 'BUSY', message: CODES.BUSY.meaning }

/** Others first. A tenth of the time in which WHMCS must have ended is soon enough to come back. */
export function stepAside({ options, item: { lastFailure } }: Order): Outcome {
  const seconds = options.settleSeconds / 10
  if (lastFailure?.code === 'WHMCS_ANSWER_UNKNOWN')
    return { kind: 'wait', seconds, ...lastFailure, code: lastFailure.code }
  return { kind: 'wait', seconds, code: 'PRODUCT_SILENT', message: CODES.PRODUCT_SILENT.meaning }
}

/** What WHMCS said last stays with the order while it waits: a person reads it, and so does the next sending. */
export function waitForWhmcs({ item: { lastFailure } }: Order, seconds: number): Outcome {
  if (lastFailure?.code === 'WHMCS_ANSWER_UNKNOWN')
    return { kind: 'wait', seconds, ...lastFailure, code: lastFailure.code }
  const message = 'WHMCS gave no clear answer; it is given time to end before it is searched.'
  return { kind: 'wait', seconds, code: 'WHMCS_OUTCOME_UNKNOWN', message }
}

export function duplicated(orderId: string, whmcsOrderIds: string[]): Failure {
  return ofOrder('WHMCS_ORDER_DUPLICATED', orderId, `is in WHMCS as ${whmcsOrderIds.join(', ')}`)
}

export function ofOrder(code: FailureCode, orderId: string, detail: string): Failure {
  return new Failure(code, { record: `Order ${orderId}`, detail })
}

export function ofWhmcsOrder(code: FailureCode, whmcsOrderId: string, detail: string): Failure {
  return new Failure(code, { record: `WHMCS order ${whmcsOrderId}`, detail })
}
