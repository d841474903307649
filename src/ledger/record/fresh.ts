/**
 * What nothing is known of, as nearly all that comes: statements that are quicker than the one that fits all, and that write
 * nothing where something is known after all.
 */
import type { Message, Notification } from '../../domain/notification.ts'
import { hasSqlState } from '../postgres/pool.ts'
import { query, type Runner } from '../postgres/query.ts'
import { type Columns, GROUP, seal } from './columns.ts'
import { jsonbValue } from './jsonb.ts'
import { isWork } from './reopen.ts'
import type { Vault } from './vault.ts'

export const recordOne = query(
  'record-one',
  {
    organization_id: 'text',
    source: 'text',
    priority: 'ledger.priority',
    action_id: 'text',
    session: 'bytea?',
    enterprise_url: 'text?',
    partner_url: 'text?',
    notification_id: 'text',
    record_type: 'text',
    record_id: 'text',
    fields: 'jsonb',
    traceparent: 'text?',
  },
  { recorded: 'boolean' },
)

export const recordNew = query(
  'record-new',
  {
    ...GROUP,
    traceparent: 'text[]',
  },
  { recorded: 'boolean' },
)

const UNIQUE_VIOLATION = '23505'

export interface Lone {
  message: Message
  notification: Notification & { recordId: string }
}

/** The only notification of the only message, where there is something to do. */
export function loneOf([message, another]: Message[]): Lone | undefined {
  if (message === undefined || another !== undefined) return undefined
  const [notification, ...more] = message.notifications
  if (notification === undefined || more.length > 0 || !isWork(notification)) return undefined
  return { message, notification }
}

/** False: something is known of it. Whoever sends one at a time waits for each: so it has a statement of its own. */
export async function recordLone(
  runner: Runner,
  { message, notification }: Lone,
  [fields = Buffer.from('{}')]: Buffer[],
  vault: Vault | undefined,
): Promise<boolean> {
  const asked = recordOne(runner, {
    organization_id: message.organizationId,
    source: message.source,
    priority: message.priority ?? 'normal',
    action_id: message.actionId,
    session: seal(message, vault),
    enterprise_url: message.enterpriseUrl,
    partner_url: message.partnerUrl,
    notification_id: notification.notificationId,
    record_type: notification.recordType,
    record_id: notification.recordId,
    fields: jsonbValue(fields),
    traceparent: message.traceparent,
  })
  return await isRecorded(asked)
}

/** False: something is known of one of them, or there is nothing to do for it, or one record is in two of them. */
export async function recordFresh(runner: Runner, messages: Message[], columns: Columns): Promise<boolean> {
  if (!messages.every(({ notifications }) => notifications.length > 0 && notifications.every(isWork))) return false
  if (hasTwice(columns.notification_id) || hasTwice(columns.record_id)) return false
  return await isRecorded(recordNew(runner, columns))
}

async function isRecorded(asked: Promise<{ recorded: boolean }[]>): Promise<boolean> {
  try {
    return (await asked).length > 0
  } catch (error) {
    if (hasSqlState(error, UNIQUE_VIOLATION)) return false
    throw error
  }
}

function hasTwice(ids: string[]): boolean {
  return new Set(ids).size < ids.length
}
