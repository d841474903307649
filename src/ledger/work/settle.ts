/** Settle: what a step came to is written down for the leases that are still held. */
import type { Step, WorkItem } from '../../domain/notification.ts'
import type { Settlement } from '../../domain/outcome.ts'
import { afterDeadlock } from '../postgres/deadlock.ts'
import { query, type Runner } from '../postgres/query.ts'
import { storable, storableJson } from '../postgres/storable.ts'
import { byKey, leaseKeys, missing } from './keys.ts'
import { forgetSessions } from './sessions.ts'

export interface Settled {
  item: WorkItem
  settlement: Settlement
}

const lease = {
  worker: 'text',
  step: 'ledger.step',
  organization_id: 'text[]',
  record_id: 'text[]',
  notification_id: 'text[]',
  lease_no: 'integer[]',
} as const
const attempt = { outcome: 'text[]', attempt_code: 'text[]', attempt_message: 'text[]' } as const
const key = { organization_id: 'text', record_id: 'text', notification_id: 'text', lease_no: 'integer' } as const

export const settle = query(
  'settle',
  {
    ...lease,
    next_step: 'ledger.step[]',
    delay_ms: 'double precision[]',
    attempts: 'integer[]',
    error_code: 'text[]',
    error_message: 'text[]',
    failed_step: 'ledger.step[]',
    whmcs_client_id: 'text[]',
    ...attempt,
    service_ids: 'text[]',
  },
  key,
)
export const finish = query(
  'finish',
  {
    ...lease,
    state: 'ledger.state[]',
    ended_at: 'ledger.step[]',
    attempts: 'integer[]',
    error_code: 'text[]',
    error_message: 'text[]',
    whmcs_order_id: 'text[]',
    ...attempt,
  },
  key,
)

export interface Batch {
  worker: string
  step: Step
  settled: Settled[]
}

/** Returns the items whose lease was lost. */
export async function settleBatch(runner: Runner, { worker, step, settled }: Batch): Promise<WorkItem[]> {
  const sorted = settled.toSorted((a, b) => byKey(a.item, b.item))
  const goingOn = sorted.filter(({ settlement }) => settlement.delayMs !== undefined)
  const ended = sorted.filter(({ settlement }) => settlement.delayMs === undefined)
  const rows = [
    ...(goingOn.length > 0
      ? await afterDeadlock(() => settle(runner, { worker, step, ...columnsOf(goingOn), ...wayOf(goingOn) }))
      : []),
    ...(ended.length > 0 ? await finishBatch(runner, { worker, step, settled: ended }) : []),
  ]
  return missing(
    settled.map(({ item }) => item),
    rows,
  )
}

async function finishBatch(runner: Runner, { worker, step, settled }: Batch) {
  const rows = await afterDeadlock(() => finish(runner, { worker, step, ...columnsOf(settled), ...endOf(settled) }))
  // Only where a session came with the claim: since 2026 that is hardly ever.
  const withSession = new Set(settled.flatMap(({ item }) => (item.sessionId === undefined ? [] : item.notificationId)))
  await forgetSessions(
    runner,
    rows.filter((row) => withSession.has(row.notification_id)),
  )
  return rows
}

function columnsOf(settled: Settled[]) {
  const settlements = settled.map(({ settlement }) => settlement)
  return {
    ...leaseKeys(settled.map(({ item }) => item)),
    attempts: settlements.map((s) => s.attempts),
    error_code: settlements.map((s) => s.error?.code),
    error_message: settlements.map((s) => s.error && storable(s.error.message)),
    outcome: settlements.map((s) => s.attempt.outcome),
    attempt_code: settlements.map((s) => s.attempt.code),
    attempt_message: settlements.map((s) => s.attempt.message && storable(s.attempt.message)),
  }
}

function wayOf(settled: Settled[]) {
  const settlements = settled.map(({ settlement }) => settlement)
  return {
    next_step: settlements.map((s) => s.step),
    delay_ms: settlements.map((s) => s.delayMs),
    failed_step: settlements.map((s) => s.failedStep),
    whmcs_client_id: settlements.map((s) => s.whmcsClientId),
    service_ids: settlements.map((s) => s.serviceIds && storableJson(s.serviceIds)),
  }
}

function endOf(settled: Settled[]) {
  const settlements = settled.map(({ settlement }) => settlement)
  return {
    state: settlements.map((s) => s.state),
    ended_at: settlements.map((s) => s.step),
    whmcs_order_id: settlements.map((s) => s.whmcsOrderId),
  }
}
