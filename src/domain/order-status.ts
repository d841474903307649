/** Where an order stands, for whoever waits for it: what the ledger knows of it, in one word. */
import type { State, Step } from './notification.ts'

export const ORDER_STATUSES = ['Pending Review', 'Activating', 'Provisioned', 'Failed'] as const
export type OrderStatusName = (typeof ORDER_STATUSES)[number]

/** What the ledger knows of an order. */
export interface OrderProgress {
  orderId: string
  organizationId: string
  /** Another one as soon as anything has changed. */
  version: string
  orderNumber?: string
  /** What is being done, or waits. `failing`: it has failed, and Salesforce is being told so. */
  open?: { step: Step; failing: boolean; since: Date }
  /** How the last of its notifications ended, but for those that say nothing of the order. */
  ended?: { state: State; step: Step; code?: string; message?: string; whmcsOrderId?: string; at: Date }
  /** WHMCS has it, and it is active there. */
  accepted?: { whmcsOrderId?: string; at: Date }
  /** It was taken back in Salesforce, and has ended in WHMCS. */
  cancelled?: { whmcsOrderId?: string; at: Date }
}

export interface OrderStatus {
  orderId: string
  orderNumber?: string
  status: OrderStatusName
  /** Nothing is under way that could change it. */
  settled: boolean
  /** Why it is not provisioned: for people on this side, never for customers. */
  failure?: { code: string; message: string }
  whmcsOrderId?: string
  updatedAt: Date
}

/** Undefined: there is no such order. It was deleted, for one. */
export function statusOf(progress: OrderProgress): OrderStatus | undefined {
  const last = lastStatus(progress)
  const { open } = progress
  if (open === undefined) return last
  // A message about an order that is active, or was cancelled, changes nothing by itself until it is looked at.
  const stands = last?.status === 'Provisioned' || progress.cancelled !== undefined
  if (last !== undefined && stands && !open.failing) return { ...last, settled: open.step === 'callback' }
  return { ...named(progress), status: 'Activating', settled: false, updatedAt: open.since }
}

/** As if nothing were open. */
function lastStatus(progress: OrderProgress): OrderStatus | undefined {
  const { ended, accepted, cancelled } = progress
  const order = { ...named(progress), settled: true }
  if (cancelled !== undefined && !failedSince(cancelled.at, ended)) {
    const { at: updatedAt, ...ofWhmcs } = cancelled
    const failure = { code: 'ORDER_CANCELLED', message: 'the order was taken back, and was cancelled in WHMCS' }
    return { ...order, status: 'Failed', failure, ...ofWhmcs, updatedAt }
  }
  if (accepted !== undefined && !failedSince(accepted.at, ended)) {
    const { whmcsOrderId, at } = accepted
    return { ...order, status: 'Provisioned', ...(whmcsOrderId !== undefined && { whmcsOrderId }), updatedAt: at }
  }
  if (ended === undefined) return undefined
  const { code = 'UNKNOWN', message = '', at, whmcsOrderId } = ended
  const failure = { code, message }
  const updatedAt = at
  switch (ended.state) {
    case 'completed':
      return { ...order, status: 'Provisioned', ...(whmcsOrderId !== undefined && { whmcsOrderId }), updatedAt }
    case 'dead':
    case 'dismissed':
      return { ...order, status: 'Failed', failure, ...(whmcsOrderId !== undefined && { whmcsOrderId }), updatedAt }
    case 'ignored':
      return code === 'NOT_ELIGIBLE' ? { ...order, status: 'Pending Review', failure, updatedAt } : undefined
    default:
      return undefined
  }
}

/** That only the report could not be written changes nothing for the customer. */
function failedSince(acceptedAt: Date, ended: OrderProgress['ended']): boolean {
  if (ended === undefined || ended.step === 'write_back') return false
  return (ended.state === 'dead' || ended.state === 'dismissed') && ended.at > acceptedAt
}

function named({ orderId, orderNumber }: OrderProgress) {
  return { orderId, ...(orderNumber !== undefined && { orderNumber }) }
}
