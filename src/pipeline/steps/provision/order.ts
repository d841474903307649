/** One order on its way through provision, and the outcomes that several parts of the way share. */
import { CODES, type FailureCode } from '../../../domain/codes.ts'
import { Failure } from '../../../domain/failure.ts'
import type { OrderRules } from '../../../domain/mapping/mapping.ts'
import type { WorkItem } from '../../../domain/notification.ts'
import type { ProvisionRequest } from '../../../domain/order.ts'
import type { Outcome } from '../../../domain/outcome.ts'
import type { Clients, Intent, Intents, Modules, WhmcsOrders } from './ports.ts'

export interface ProvisionOptions {
  intents: Intents
  clients: Clients
  whmcs: WhmcsOrders
  rules: OrderRules
  /** Whether AcceptOrder hands services to their modules; if it leaves them, they may stay Pending. */
  modules: Modules
  /** How long WHMCS may still be at work after an unknown outcome, seconds. */
  settleSeconds: number
  /** An older snapshot is read again first, ms. */
  snapshotMaxAgeMs: number
}

export interface Order {
  item: WorkItem
  /** What AddOrder asks for. */
  request: ProvisionRequest
  /** What the ledger knows about it. Absent: nothing was ever sent, as far as the claim could see. */
  intent?: Intent
  options: ProvisionOptions
  signal: AbortSignal
}

/** What the order itself says wins. */
export function modulesOf({ request: { accept }, options }: Order): Modules {
  if (accept?.autosetup === undefined) return options.modules
  return accept.autosetup === '1' ? 'run' : 'leave'
}

/** Another worker was faster: look again when it is done. */
export const BUSY: Outcome = { kind: 'wait', seconds: 1, code: 'BUSY', message: CODES.BUSY.meaning }

/** Lets others go first. It comes back after a tenth of the time in which WHMCS must have ended. */
export function stepAside({ options, item: { lastFailure } }: Order): Outcome {
  const seconds = options.settleSeconds / 10
  if (lastFailure?.code === 'WHMCS_ANSWER_UNKNOWN')
    return { kind: 'wait', seconds, ...lastFailure, code: lastFailure.code }
  return { kind: 'wait', seconds, code: 'PRODUCT_SILENT', message: CODES.PRODUCT_SILENT.meaning }
}

/** Keeps what WHMCS said last while the order waits: people read it, and so does the next sending. */
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
