/** What the constraints of events, webhooks and alerts must refuse. */

const webhook = ({ id = 'w', types = '{alert.raised}', more = '', values = '' } = {}) =>
  `insert into ledger.webhook (webhook_id, url, types${more}) values ('${id}', 'https://example.com', '${types}'${values})`
const EVENT = `insert into ledger.event (organization_id, event_no, type, subject, data) overriding system value values ('', 1, 'alert.raised', '', '{}')`
const delivery = (state: string) =>
  `insert into ledger.delivery (organization_id, webhook_id, event_no, subject, state) values ('', 'w', 1, '', '${state}')`
const alert = (id: string, more = '', values = '') =>
  `insert into ledger.alert (organization_id, alert_id, kind, category, subject, message${more}) values ('', '${id}', 'k', 'c', '', 'm'${values})`
const TALLY = `insert into ledger.tally (organization_id, kind, detail, minute, seen) values ('', 'k', '', '2026-11-25', 1)`
const READING = `insert into ledger.reading (organization_id, kind, subject, value) values ('', 'k', '', 1)`

export const NOTICE_CONSTRAINTS: Record<string, string | string[]> = {
  webhook_pk: `${webhook()}; ${webhook()}`,
  webhook_state_known: webhook({ more: ', state', values: ", 'asleep'" }),
  webhook_format_known: webhook({ more: ', format', values: ", 'fax'" }),
  webhook_has_types: webhook({ types: '{}' }),
  webhook_filter_is_object: webhook({ more: ', filter', values: ", '[]'" }),
  webhook_secrets_are_list: webhook({ more: ', secrets', values: ", '{}'" }),
  event_pk: `${EVENT}; ${EVENT}`,
  delivery_pk: `${delivery('waiting')}; ${delivery('failed')}`,
  delivery_state_known: delivery('lost'),
  alert_pk: `${alert('a')}; ${alert('a', ', state, resolved_at', ", 'resolved', now()")}`,
  alert_raised_once: `${alert('a')}; ${alert('b')}`,
  alert_state_known: alert('a', ', state', ", 'known'"),
  resolved_at_iff_resolved: [alert('a', ', state', ", 'resolved'"), alert('a', ', resolved_at', ', now()')],
  tally_pk: `${TALLY}; ${TALLY}`,
  reading_pk: `${READING}; ${READING}`,
}
