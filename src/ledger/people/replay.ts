/** What a person decides. The rules of a replay are in the function ledger.replay: DBAs call the same. */

import { query, type Runner } from '../postgres/query.ts'

export const replayNotification = query(
  'replay',
  {
    organization_id: 'text',
    notification_id: 'text',
    reason: 'text',
    step: 'ledger.step?',
    requested_by: 'text',
    record_id: 'text?',
  },
  { step: 'text' },
)
export const correct = query(
  'record-correction',
  { organization_id: 'text', notification_id: 'text', reason: 'text', requested_by: 'text' },
  { step: 'text' },
  'each-time',
)
export const resolveOrder = query(
  'resolve',
  { organization_id: 'text', order_id: 'text', whmcs_order_id: 'text?' },
  { state: 'ledger.provisioning_state' },
  'each-time',
)

export interface ReplayRequest {
  organizationId: string
  notificationId: string
  /** Needed only where the same id came with several records. */
  recordId?: string
  reason: string
  by: string
  /** Default: where it makes sense. */
  step?: string | undefined
}

/** Puts a final notification back to work, with who and why. Returns the step at which it goes on. */
export async function replay(runner: Runner, request: ReplayRequest): Promise<string> {
  const [row] = await replayNotification(runner, {
    organization_id: request.organizationId,
    notification_id: request.notificationId,
    reason: request.reason,
    step: request.step,
    requested_by: request.by,
    record_id: request.recordId,
  })
  return row?.step ?? ''
}

/**
 * A person has corrected what becomes of a notification that waits: who and why is kept beside the replays. Returns the
 * step at which it goes on; undefined when it does not wait.
 */
export async function recordCorrection(
  runner: Runner,
  request: Omit<ReplayRequest, 'step'>,
): Promise<string | undefined> {
  const [row] = await correct(runner, {
    organization_id: request.organizationId,
    notification_id: request.notificationId,
    reason: request.reason,
    requested_by: request.by,
  })
  return row?.step
}

/**
 * Settles an order of unknown outcome by what a person found in WHMCS: its order id there, or undefined when it was
 * never made. False when there is nothing unknown about that order.
 */
export async function resolve(
  runner: Runner,
  order: { organizationId: string; orderId: string; whmcsOrderId?: string },
) {
  const rows = await resolveOrder(runner, {
    organization_id: order.organizationId,
    order_id: order.orderId,
    whmcs_order_id: order.whmcsOrderId,
  })
  return rows.length > 0
}
