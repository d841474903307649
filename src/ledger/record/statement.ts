/** The statements that record messages: any group of them, or one that has nothing special about it. */
import type { Message, Notification } from '../../domain/notification.ts'
import { afterDeadlock } from '../postgres/deadlock.ts'
import { hasSqlState } from '../postgres/pool.ts'
import { query, type Runner } from '../postgres/query.ts'
import { jsonbArray, jsonbValue } from './jsonb.ts'
import { isWork } from './reopen.ts'
import type { Vault } from './vault.ts'

export const record = query(
  'record',
  {
    organization_id: 'text[]',
    source: 'text[]',
    priority: 'ledger.priority[]',
    action_id: 'text[]',
    session: 'bytea[]',
    enterprise_url: 'text[]',
    partner_url: 'text[]',
    message_no: 'integer[]',
    notification_id: 'text[]',
    record_type: 'text[]',
    record_id: 'text[]',
    fields: 'jsonb[]',
    ignored_code: 'text[]',
    ignored_message: 'text[]',
    traceparent: 'text[]',
  },
  { message_no: 'integer', recorded: 'integer', conflicting: 'integer' },
)

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

const UNIQUE_VIOLATION = '23505'

/** Whoever sends one at a time waits for each: the large statement would keep him waiting for what he does not need. */
const LONE = [{ message_no: 1, recorded: 1, conflicting: 0 }]

/** A row for each message that brought something new. `fields`: of all their notifications, as JSON. */
export async function recordMessages(runner: Runner, messages: Message[], fields: Buffer[], vault: Vault | undefined) {
  const lone = loneOf(messages)
  return await afterDeadlock(async () => {
    if (lone !== undefined && (await isRecorded(runner, lone, fields, vault))) return LONE
    return await recordGroup(runner, messages, fields, vault)
  })
}

/** The same by the one statement that fits all: also in a transaction, which a violated key would end. */
export async function recordGroup(runner: Runner, messages: Message[], fields: Buffer[], vault?: Vault) {
  return await record(runner, columnsOf(messages, await jsonbArray(fields), vault))
}

interface Lone {
  message: Message
  notification: Notification & { recordId: string }
}

/** The only notification of the only message, where there is something to do. */
function loneOf([message, another]: Message[]): Lone | undefined {
  if (message === undefined || another !== undefined) return undefined
  const [notification, ...more] = message.notifications
  if (notification === undefined || more.length > 0 || !isWork(notification)) return undefined
  return { message, notification }
}

/** False: something is known of it. */
async function isRecorded(
  runner: Runner,
  { message, notification }: Lone,
  [fields = Buffer.from('{}')]: Buffer[],
  vault: Vault | undefined,
): Promise<boolean> {
  try {
    const rows = await recordOne(runner, {
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
    return rows.length > 0
  } catch (error) {
    if (hasSqlState(error, UNIQUE_VIOLATION)) return false
    throw error
  }
}

function seal({ organizationId, sessionId }: Message, vault: Vault | undefined): Buffer | undefined {
  return sessionId && vault ? vault.seal(organizationId, sessionId) : undefined
}

/** The parameters of `record`. `fields`: of all their notifications, as an array of jsonb. */
function columnsOf(messages: Message[], fields: Buffer, vault: Vault | undefined) {
  const notifications = messages.flatMap((message, i) => message.notifications.map((n) => ({ ...n, messageNo: i + 1 })))
  return {
    organization_id: messages.map((m) => m.organizationId),
    source: messages.map((m) => m.source),
    priority: messages.map((m) => m.priority ?? 'normal'),
    action_id: messages.map((m) => m.actionId),
    session: messages.map((m) => seal(m, vault)),
    enterprise_url: messages.map((m) => m.enterpriseUrl),
    partner_url: messages.map((m) => m.partnerUrl),
    message_no: notifications.map((n) => n.messageNo),
    notification_id: notifications.map((n) => n.notificationId),
    record_type: notifications.map((n) => n.recordType),
    record_id: notifications.map((n) => n.recordId ?? ''),
    fields,
    ignored_code: notifications.map((n) => n.ignored?.code),
    ignored_message: notifications.map((n) => n.ignored?.message),
    traceparent: messages.map((m) => m.traceparent),
  }
}
