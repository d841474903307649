/** Settle: what a step came to is written down for the leases that are still held. */
import type { Step, WorkItem } from '../../domain/notification.ts'
import type { Settlement } from '../../domain/outcome.ts'
import { query, type Runner } from '../postgres/query.ts'
import { storable, storableJson } from '../postgres/storable.ts'
import { byKey, leaseKeys, missing } from './keys.ts'
import { forgetSessions } from './sessions.ts'

export interface Settled {
  item: WorkItem
  settlement: Settlement
}

export const settle = query(
  'settle',
  {
    worker: 'text',
    step: 'ledger.step',
    organization_id: 'text[]',
    notification_id: 'text[]',
    lease_no: 'integer[]',
    state: 'ledger.state[]',
    next_step: 'ledger.step[]',
    delay_ms: 'double precision[]',
    attempts: 'integer[]',
    error_code: 'text[]',
    error_message: 'text[]',
    failed_step: 'ledger.step[]',
    whmcs_client_id: 'text[]',
    whmcs_order_id: 'text[]',
    outcome: 'text[]',
    attempt_code: 'text[]',
    attempt_message: 'text[]',
    service_ids: 'text[]',
  },
  {
    organization_id: 'text',
    notification_id: 'text',
    lease_no: 'integer',
    message_id: 'bigint',
    final: 'boolean',
  },
)

export async function settleBatch(
  runner: Runner,
  { worker, step, settled: unsorted }: { worker: string; step: Step; settled: Settled[] },
): Promise<WorkItem[]> {
  const settled = unsorted.toSorted((a, b) => byKey(a.item, b.item))
  const settlements = settled.map(({ settlement }) => settlement)
  const rows = await settle(runner, {
    worker,
    step,
    ...leaseKeys(settled.map(({ item }) => item)),
    ...columns(settlements),
  })
  const items = unsorted.map(({ item }) => item)
  // Only where a session came with the claim: since 2026 that is hardly ever.
  const withSession = new Set(items.filter((item) => item.sessionId !== undefined).map((item) => item.notificationId))
  const ended = rows.filter((row) => row.final && withSession.has(row.notification_id))
  if (ended.length > 0) {
    await forgetSessions(runner, {
      organization_id: ended.map((row) => row.organization_id),
      message_id: ended.map((row) => row.message_id),
    })
  }
  return missing(items, rows)
}

function columns(settlements: Settlement[]) {
  return {
    state: settlements.map((s) => s.state),
    next_step: settlements.map((s) => s.step),
    delay_ms: settlements.map((s) => s.delayMs),
    attempts: settlements.map((s) => s.attempts),
    error_code: settlements.map((s) => s.error?.code),
    error_message: settlements.map((s) => s.error && storable(s.error.message)),
    failed_step: settlements.map((s) => s.failedStep),
    whmcs_client_id: settlements.map((s) => s.whmcsClientId),
    whmcs_order_id: settlements.map((s) => s.whmcsOrderId),
    outcome: settlements.map((s) => s.attempt.outcome),
    attempt_code: settlements.map((s) => s.attempt.code),
    attempt_message: settlements.map((s) => s.attempt.message && storable(s.attempt.message)),
    service_ids: settlements.map((s) => s.serviceIds && storableJson(s.serviceIds)),
  }
}
