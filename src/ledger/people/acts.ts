/** What a person decides. The rules are in functions of the ledger: DBAs call the same. */

import { query, type Runner } from '../postgres/query.ts'
import { storableJson } from '../postgres/storable.ts'

const decision = {
  organization_id: 'text',
  notification_id: 'text',
  record_id: 'text?',
  reason: 'text',
  acting: 'jsonb',
} as const

export const replayNotification = query('replay', { ...decision, step: 'ledger.step?' }, { step: 'text' })
export const dismissNotification = query('dismiss', decision, { state: 'text' })
export const cancelOrder = query('cancel', decision, { step: 'text?' })
export const applyFinding = query(
  'apply-finding',
  { ...decision, record_id: 'text', whmcs_order_id: 'text?' },
  { step: 'text?' },
)

/** Who acts, as the program knows it; the ledger adds the login. */
export interface Acting {
  name: string
  via: string
  tokenId?: string | undefined
  subject?: string | undefined
  address?: string | undefined
}

export interface Decision {
  organizationId: string
  notificationId: string
  /** Needed only where the same id came with several records. */
  recordId?: string | undefined
  reason: string
  by: Acting
}

/** Puts a final notification back to work, with who and why. Returns the step at which it goes on. */
export async function replay(runner: Runner, request: Decision & { step?: string | undefined }): Promise<string> {
  const [row] = await replayNotification(runner, { ...columnsOf(request), step: request.step })
  return row?.step ?? ''
}

/** Puts a dead letter aside, with who and why. */
export async function dismiss(runner: Runner, request: Decision): Promise<void> {
  await dismissNotification(runner, columnsOf(request))
}

/** Agrees that an order which Salesforce has taken back is cancelled in WHMCS. False: it is no such dead letter. */
export async function cancel(runner: Runner, request: Decision): Promise<boolean> {
  const [row] = await cancelOrder(runner, columnsOf(request))
  return row?.step !== undefined
}

/**
 * Settles an order of unknown outcome by what a person found in WHMCS: its order id there, or undefined when it was
 * never made. A final notification goes back to work; one that waits stays where it is. Returns the step at which it goes
 * on; undefined when there is nothing unknown about that order, or a worker has it in hand.
 */
export async function resolve(
  runner: Runner,
  request: Decision & { recordId: string; whmcsOrderId?: string },
): Promise<string | undefined> {
  const [row] = await applyFinding(runner, {
    ...columnsOf(request),
    record_id: request.recordId,
    whmcs_order_id: request.whmcsOrderId,
  })
  return row?.step
}

function columnsOf({ organizationId, notificationId, recordId, reason, by }: Decision) {
  return {
    organization_id: organizationId,
    notification_id: notificationId,
    record_id: recordId,
    reason,
    acting: storableJson(by),
  }
}
