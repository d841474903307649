/** What other systems were asked and answered, kept beside the attempts for a while. */
import type { WorkItem } from '../../domain/notification.ts'
import { query, type Runner } from '../postgres/query.ts'
import { storableJson } from '../postgres/storable.ts'

export const keepDetails = query(
  'keep-details',
  {
    organization_id: 'text[]',
    notification_id: 'text[]',
    record_id: 'text[]',
    attempt_no: 'integer[]',
    exchanges: 'text[]',
  },
  {},
)
export const forgetDetails = query('forget-details', { kept_for: 'interval' }, { details: 'integer' })

export interface Detail {
  item: WorkItem
  exchanges: unknown
}

export async function keepDetailsOf(runner: Runner, details: Detail[]): Promise<void> {
  await keepDetails(runner, {
    organization_id: details.map(({ item }) => item.organizationId),
    notification_id: details.map(({ item }) => item.notificationId),
    record_id: details.map(({ item }) => item.recordId),
    attempt_no: details.map(({ item }) => item.leaseNo),
    exchanges: details.map(({ exchanges }) => storableJson(exchanges)),
  })
}

/** Removes a batch. Returns how many. */
export async function forgetDetailsAfter(runner: Runner, days: number): Promise<number> {
  const [row] = await forgetDetails(runner, { kept_for: `${days} days` })
  return row?.details ?? 0
}
