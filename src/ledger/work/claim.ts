/** Claim: what is due at a step is leased to one worker, with what the step needs. */
import type { Cancellation, Step, WorkItem } from '../../domain/notification.ts'
import type { Details, OrderSnapshot } from '../../domain/order.ts'
import { query } from '../postgres/query.ts'
import type { Vault } from '../record/vault.ts'
import { openValues } from './sealed-values.ts'

export const claim = query(
  'claim',
  {
    organization_id: 'text',
    step: 'ledger.step',
    worker: 'text',
    most: 'integer',
    lease: 'interval',
    priority: 'ledger.priority[]',
    since: 'timestamptz[]',
  },
  {
    organization_id: 'text',
    notification_id: 'text',
    record_id: 'text',
    lease_no: 'integer',
    record_type: 'text',
    attempts: 'integer',
    received_at: 'timestamptz',
    has_data: 'boolean',
    replayed: 'boolean',
    failed_step: 'ledger.step?',
    error_code: 'text?',
    error_message: 'text?',
    session: 'bytea?',
    traceparent: 'text?',
    source: 'text?',
    snapshot: 'jsonb?',
    snapshot_age_ms: 'double precision?',
    provisioning: 'ledger.provisioning_state?',
    whmcs_client_id: 'text?',
    whmcs_order_id: 'text?',
    service_ids: 'jsonb?',
    details: 'jsonb?',
    cancellation: 'text?',
  },
)

type Claimed = Awaited<ReturnType<typeof claim>>[number]

export function toItem(row: Claimed, step: Step, vault: Vault | undefined): WorkItem {
  const sessionId = row.session && vault?.open(row.organization_id, row.session)
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
    ...(row.traceparent !== undefined && { traceparent: row.traceparent }),
    ...(row.source === 'platform-event' && { toldByEvent: true as const }),
    ...(row.replayed && { replayed: true as const }),
    // Written by saveSnapshots and settle alone.
    ...(row.snapshot !== undefined && {
      snapshot: openValues(row.organization_id, row.snapshot as OrderSnapshot, vault),
    }),
    ...(row.snapshot_age_ms !== undefined && { snapshotAgeMs: row.snapshot_age_ms }),
    ...(row.provisioning !== undefined && { provisioning: row.provisioning as WorkItem['provisioning'] & string }),
    ...(row.whmcs_client_id !== undefined && { whmcsClientId: row.whmcs_client_id }),
    ...(row.cancellation !== undefined && { cancellation: row.cancellation as Cancellation }),
    ...(row.whmcs_order_id !== undefined && { whmcsOrderId: row.whmcs_order_id }),
    ...(row.service_ids !== undefined && { serviceIds: row.service_ids as Record<string, string> }),
    ...(row.details !== undefined && { details: row.details as Details }),
    ...(row.failed_step === undefined &&
      row.error_code !== undefined && { lastFailure: { code: row.error_code, message: row.error_message ?? '' } }),
    ...(row.failed_step !== undefined && {
      failed: { step: row.failed_step as Step, code: row.error_code ?? '', message: row.error_message ?? '' },
    }),
  }
}
