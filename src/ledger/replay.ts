/** Puts a final notification back to work, with who and why. The rules are in the function ledger.replay: DBAs call the same. */
import * as queries from './queries.ts'
import type { Runner } from './query.ts'

export interface ReplayRequest {
  organizationId: string
  notificationId: string
  reason: string
  by: string
  /** Default: where it makes sense. */
  step?: string
}

/** Returns the step at which it goes on. */
export async function replay(runner: Runner, request: ReplayRequest): Promise<string> {
  const { organizationId, notificationId, reason, by, step } = request
  const [row] = await queries.replay(runner, organizationId, notificationId, reason, step ?? null, by)
  return row?.step ?? ''
}
