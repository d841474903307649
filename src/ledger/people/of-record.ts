/** What belongs to a record, whichever notification brought it. */
import { query, type Runner } from '../postgres/query.ts'
import { LISTED } from './list.ts'

const record = { organization_id: 'text', record_id: 'text' } as const

export const snapshotOf = query('snapshot-of', record, { content: 'jsonb', taken_at: 'timestamptz' })
export const ofRecord = query('of-record', record, LISTED, 'each-time')

/** Its order as it was read from Salesforce last, and its notifications, the newest first. */
export async function readRecord(runner: Runner, organizationId: string, recordId: string) {
  const record = { organization_id: organizationId, record_id: recordId }
  const [[snapshot], notifications] = await Promise.all([snapshotOf(runner, record), ofRecord(runner, record)])
  return { snapshot, notifications }
}
