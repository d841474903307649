/** Messages as the parameters of the statements that record them. */
import type { Message } from '../../domain/notification.ts'
import type { Vault } from './vault.ts'

/** What every statement takes that records groups, in the order of its parameters. */
export const GROUP = {
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
} as const

export type Columns = ReturnType<typeof columnsOf>

/** The parameters of `record`. `fields`: of all their notifications, as an array of jsonb. */
export function columnsOf(messages: Message[], fields: Buffer, vault: Vault | undefined) {
  const notifications = messages.flatMap((m) => m.notifications)
  return {
    organization_id: messages.map((m) => m.organizationId),
    source: messages.map((m) => m.source),
    priority: messages.map((m) => m.priority ?? 'normal'),
    action_id: messages.map((m) => m.actionId),
    session: messages.map((m) => seal(m, vault)),
    enterprise_url: messages.map((m) => m.enterpriseUrl),
    partner_url: messages.map((m) => m.partnerUrl),
    message_no: messages.flatMap((m, i) => m.notifications.map(() => i + 1)),
    notification_id: notifications.map((n) => n.notificationId),
    record_type: notifications.map((n) => n.recordType),
    record_id: notifications.map((n) => n.recordId ?? ''),
    fields,
    ignored_code: notifications.map((n) => n.ignored?.code),
    ignored_message: notifications.map((n) => n.ignored?.message),
    traceparent: messages.map((m) => m.traceparent),
  }
}

export function seal({ organizationId, sessionId }: Message, vault: Vault | undefined): Buffer | undefined {
  return sessionId && vault ? vault.seal(organizationId, sessionId) : undefined
}
