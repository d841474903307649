/** Claim: what is due at a step is leased to one worker, with what the step needs. */
import type { Step, WorkItem } from '../../domain/notification.ts'
import type { OrderSnapshot } from '../../domain/order.ts'
import { hasSqlState } from '../postgres/pool.ts'
import { query, type Runner } from '../postgres/query.ts'
import type { Vault } from '../record/vault.ts'

export const claim = query(
  'claim',
  { organization_id: 'text', step: 'ledger.step', worker: 'text', most: 'integer', lease: 'interval' },
  {
    organization_id: 'text',
    notification_id: 'text',
    lease_no: 'integer',
    record_type: 'text',
    record_id: 'text?',
    attempts: 'integer',
    received_at: 'timestamptz',
    has_data: 'boolean',
    whmcs_order_id: 'text?',
    failed_step: 'ledger.step?',
    error_code: 'text?',
    error_message: 'text?',
    session: 'bytea?',
    replayed: 'boolean',
    snapshot: 'jsonb?',
    snapshot_age_ms: 'double precision?',
    provisioning: 'ledger.provisioning_state?',
    provisioned_order_id: 'text?',
    service_ids: 'jsonb?',
  },
)

type Claim = Parameters<typeof claim>[1]
type Claimed = Awaited<ReturnType<typeof claim>>[number]

/** Two workers that meet at one record break a unique index (or lock each other): the loser simply claims again. */
export async function claimUntilDone(runner: Runner, wanted: Claim): Promise<Claimed[]> {
  for (let tries = 1; ; tries++) {
    try {
      return await claim(runner, wanted)
    } catch (error) {
      if (!hasSqlState(error, '23505', '40P01') || tries === 5) throw error
    }
  }
}

export function toItem(row: Claimed, step: Step, vault: Vault | undefined): WorkItem | undefined {
  // open_has_record: what can be claimed names a record.
  if (row.record_id === undefined) return undefined
  const sessionId = row.session && vault?.open(row.organization_id, row.session)
  const whmcsOrderId = row.provisioned_order_id ?? row.whmcs_order_id
  return {
    organizationId: row.organization_id,
    notificationId: row.notification_id,
    leaseNo: row.lease_no,
    step,
    recordType: row.record_type,
    recordId: row.record_id,
    attempts: row.attempts,
    receivedAt: row.received_at,
    ...(row.has_data && { hasData: true as const }),
    ...(sessionId !== undefined && { sessionId }),
    ...(row.replayed && { replayed: true as const }),
    // Written by saveSnapshots and settle alone.
    ...(row.snapshot !== undefined && { snapshot: row.snapshot as OrderSnapshot }),
    ...(row.snapshot_age_ms !== undefined && { snapshotAgeMs: row.snapshot_age_ms }),
    ...(row.provisioning !== undefined && { provisioning: row.provisioning as WorkItem['provisioning'] & string }),
    ...(whmcsOrderId !== undefined && { whmcsOrderId }),
    ...(row.service_ids !== undefined && { serviceIds: row.service_ids as Record<string, string> }),
    ...(row.failed_step === undefined &&
      row.error_code !== undefined && { lastFailure: { code: row.error_code, message: row.error_message ?? '' } }),
    ...(row.failed_step !== undefined && {
      failed: { step: row.failed_step as Step, code: row.error_code ?? '', message: row.error_message ?? '' },
    }),
  }
}
