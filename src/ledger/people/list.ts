/** Notifications by filters: which statement serves is the business of ledger.find_notifications. */
import { query, type Runner } from '../postgres/query.ts'
import { storableJson } from '../postgres/storable.ts'

/** A notification as lists show it. */
export const LISTED = {
  organization_id: 'text',
  notification_id: 'text',
  source: 'text',
  record_type: 'text',
  record_id: 'text?',
  order_number: 'text?',
  account_name: 'text?',
  state: 'text',
  step: 'text',
  priority: 'text',
  attempts: 'integer',
  error_code: 'text?',
  error_message: 'text?',
  whmcs_order_id: 'text?',
  received_at: 'timestamptz',
  next_attempt_at: 'timestamptz?',
  finalized_at: 'timestamptz?',
} as const

export const list = query(
  'list',
  { filter: 'jsonb', most: 'integer', sort: 'text', before_us: 'bigint?', before_id: 'text?' },
  { ...LISTED, place_us: 'bigint' },
  'each-time',
)
export const countWhere = query('count-where', { filter: 'jsonb' }, { notifications: 'integer' }, 'each-time')

/** Names and values as in the API; what is undefined does not narrow. */
export type ListFilter = Readonly<Record<string, string | Date | undefined>>

export interface ListPage {
  most: number
  /** A time by its name in the API; with - before it from the latest on. Absent: the newest first. */
  sort?: string
  /** The last one of the page before, and its time. */
  before?: { microseconds: string; notificationId: string } | undefined
}

export async function listWhere(runner: Runner, filter: ListFilter, { most, sort = '-receivedAt', before }: ListPage) {
  return list(runner, {
    filter: toJson(filter),
    most,
    sort,
    before_us: before?.microseconds,
    before_id: before?.notificationId,
  })
}

export async function countThose(runner: Runner, filter: ListFilter): Promise<number> {
  const [row] = await countWhere(runner, { filter: toJson(filter) })
  return row?.notifications ?? 0
}

/** JSON has no undefined: what does not narrow is not there. */
export function toJson(filter: ListFilter): string {
  return storableJson(filter)
}
