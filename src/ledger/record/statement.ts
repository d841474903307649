/** The statement that records a group of messages, and what it is given. */
import type { Message } from '../../domain/notification.ts'
import { query } from '../postgres/query.ts'
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
  },
  { message_no: 'integer', recorded: 'integer', conflicting: 'integer' },
)
/** The parameters of `record`. `fields`: of all their notifications, as an array of jsonb. */
export function columnsOf(messages: Message[], fields: Buffer, vault: Vault | undefined) {
  const notifications = messages.flatMap((message, i) => message.notifications.map((n) => ({ ...n, messageNo: i + 1 })))
  return {
    organization_id: messages.map((m) => m.organizationId),
    source: messages.map((m) => m.source),
    priority: messages.map((m) => m.priority ?? 'normal'),
    action_id: messages.map((m) => m.actionId),
    session: messages.map((m) => (m.sessionId && vault ? vault.seal(m.organizationId, m.sessionId) : undefined)),
    enterprise_url: messages.map((m) => m.enterpriseUrl),
    partner_url: messages.map((m) => m.partnerUrl),
    message_no: notifications.map((n) => n.messageNo),
    notification_id: notifications.map((n) => n.notificationId),
    record_type: notifications.map((n) => n.recordType),
    record_id: notifications.map((n) => n.recordId ?? ''),
    fields,
    ignored_code: notifications.map((n) => n.ignored?.code),
    ignored_message: notifications.map((n) => n.ignored?.message),
  }
}
