/** What a person decides. The rules of a replay are in the function ledger.replay: DBAs call the same. */

import type { Runner } from '../postgres/query.ts'
import * as queries from '../queries.ts'

export interface ReplayRequest {
  organizationId: string
  notificationId: string
  reason: string
  by: string
  /** Default: where it makes sense. */
  step?: string
}

/** Puts a final notification back to work, with who and why. Returns the step at which it goes on. */
export async function replay(runner: Runner, request: ReplayRequest): Promise<string> {
  const { organizationId, notificationId, reason, by, step } = request
  const [row] = await queries.replay(runner, organizationId, notificationId, reason, step ?? null, by)
  return row?.step ?? ''
}

/**
 * Settles an order of unknown outcome by what a person found in WHMCS: its order id there, or undefined when it was
 * never made. False when there is nothing unknown about that order.
 */
export async function resolve(
  runner: Runner,
  order: { organizationId: string; orderId: string; whmcsOrderId?: string },
) {
  const rows = await queries.resolve(runner, order.organizationId, order.orderId, order.whmcsOrderId ?? null)
  return rows.length > 0
}
