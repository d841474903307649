/**
 * A ledger that has been at work for long: filled by SQL, since through the recorder a million would take all day.
 * What row `i` is follows from `i`, so that whoever asks knows what there is.
 */
import { ORGANIZATION } from './messages.ts'

interface Client {
  query(sql: string, values?: unknown[]): Promise<unknown>
}

/** Of all that ended, one in so many is that; the rest is completed. */
const DEAD_EACH = 200
const IGNORED_EACH = 100
const REPLAYED_EACH = 20
/** The last was received just now, the first so many days ago. */
const DAYS = 90

const ids = `'04l' || lpad(i::text, 12, '0') || 'AAA' as notification_id, '801' || lpad(i::text, 12, '0') || 'AAA' as record_id`

/** Of row `i`. */
export function notificationId(i: number): string {
  return `04l${String(i).padStart(12, '0')}AAA`
}

/** Of row `i`. */
export function recordId(i: number): string {
  return `801${String(i).padStart(12, '0')}AAA`
}

const FIELDS = `'{"AccountId": "001Ss00000Nn4MmIAJ", "EffectiveDate": "2026-10-01", "LastModifiedDate": "2026-10-01T09:00:00.000Z", "OrderNumber": "00000114", "Status": "Activated", "SystemModstamp": "2026-10-01T09:00:00.000Z", "TotalAmount": "45000.0"}'::jsonb`
const ITEM = `'{"id": "802Ss0000044Aa1IAE", "quantity": 2, "unitPrice": 45, "productId": "01tSs000003Ho5tIAC", "productName": "Web Hosting", "productCode": "HOSTING", "whmcsProductId": "185", "billingCycle": "Monthly"}'`

/** $1: organization; $2, $3: the first row and the one after the last; $4: how many there will be in all. */
const rows = `
  select $1::text as organization_id, i, ${ids},
    now() - interval '${DAYS} days' * (1 - i::double precision / $4::bigint) as received_at,
    case when i % ${DEAD_EACH} = 1 then 'dead' when i % ${IGNORED_EACH} = 2 then 'ignored' else 'completed' end::ledger.state as state
  from generate_series($2::bigint, $3::bigint - 1) as i`

const MESSAGES = `
  insert into ledger.message (organization_id, message_id, source, action_id, received_at)
  select organization_id, i, 'outbound-message', '04k000000000001AAA', received_at from (${rows}) as r`

const NOTIFICATIONS = `
  insert into ledger.notification (organization_id, notification_id, record_id, record_type, message_id, fields, received_at)
  select organization_id, notification_id, record_id, 'Order', i, ${FIELDS}, received_at from (${rows}) as r`

const FINAL: string[] = [
  MESSAGES,
  NOTIFICATIONS,
  `insert into ledger.outcome (organization_id, notification_id, record_id, state, step, whmcs_order_id, error_code,
     error_message, received_at, finalized_at)
   select organization_id, notification_id, record_id, state,
     case state when 'ignored' then 'callback' when 'dead' then 'provision' else 'write_back' end::ledger.step,
     case when state = 'completed' then i::text end,
     case state when 'dead' then 'WHMCS_ORDER_REFUSED' when 'ignored' then 'ORDER_NOT_ELIGIBLE' end,
     case when state <> 'completed' then 'as the other system said' end, received_at, received_at + interval '3 seconds'
   from (${rows}) as r`,
  `insert into ledger.attempt (organization_id, notification_id, record_id, attempt_no, step, worker, started_at, finished_at, outcome)
   select organization_id, notification_id, record_id, n.attempt_no, n.step, 'host-1234-abcd', received_at + n.attempt_no * interval '0.9 seconds',
     received_at + n.attempt_no * interval '1 second',
     case when n.attempt_no < 3 then 'advanced' when state = 'dead' then 'dead' else 'completed' end
   from (${rows}) as r cross join (values (1, 'callback'::ledger.step), (2, 'provision'), (3, 'write_back')) as n (attempt_no, step)
   where state <> 'ignored'
   union all
   select organization_id, notification_id, record_id, 1, 'callback', 'host-1234-abcd', received_at, received_at + interval '1 second', 'ignored'
   from (${rows}) as r where state = 'ignored'`,
  `insert into ledger.snapshot (organization_id, record_id, notification_id, content, taken_at)
   select organization_id, record_id, notification_id,
     jsonb_build_object('orderId', record_id, 'orderNumber', i::text, 'status', 'Activated',
       'account', jsonb_build_object('id', '001Ss00000Nn4MmIAJ', 'name', 'Account ' || i % 50000, 'whmcsClientId', (i % 50000)::text),
       'items', jsonb_build_array(${ITEM}::jsonb), 'takenAt', received_at), received_at
   from (${rows}) as r where state <> 'ignored'`,
  `insert into ledger.provisioning (organization_id, order_id, state, whmcs_client_id, whmcs_order_id, request, request_hash,
     prior_order_ids, sent_at, added_at, accepted_at)
   select organization_id, record_id, case when state = 'dead' then 'refused' else 'accepted' end::ledger.provisioning_state,
     (i % 50000)::text, case when state <> 'dead' then i::text end,
     jsonb_build_object('orderId', record_id, 'clientId', (i % 50000)::text, 'lines', jsonb_build_array(${ITEM}::jsonb)),
     md5(i::text) || md5(record_id), '{}', received_at, case when state <> 'dead' then received_at end,
     case when state <> 'dead' then received_at end
   from (${rows}) as r where state <> 'ignored'`,
  `insert into ledger.audit (organization_id, notification_id, record_id, act, actor, via, reason, detail, at)
   select organization_id, notification_id, record_id, 'replay', 'anna', 'sql', 'mended', '{"fromState": "dead", "toStep": "callback"}', received_at
   from (${rows}) as r where i % ${REPLAYED_EACH} = 3`,
]

const WAITING: string[] = [
  MESSAGES,
  NOTIFICATIONS,
  `insert into ledger.work (organization_id, record_id, notification_id, message_id, record_type, has_data, received_at, due_at)
   select organization_id, record_id, notification_id, i, 'Order', true, received_at, received_at from (${rows}) as r`,
]

export interface Span {
  /** The numbers of the rows: from this one, up to the one before that one. */
  from: number
  to: number
  /** How many there will be in all: the last is the youngest. `to` when not said. */
  of?: number
  organizationId?: string
}

/** Rows that came to their end long ago, each of another record, with all that belongs to them. */
export function fillFinal(client: Client, span: Span): Promise<void> {
  return fill(client, FINAL, span)
}

/** Rows that wait at callback, each of another record. */
export function fillWaiting(client: Client, span: Span): Promise<void> {
  return fill(client, WAITING, span)
}

async function fill(client: Client, statements: string[], { from, to, of = to, organizationId = ORGANIZATION }: Span) {
  for (const statement of statements) await client.query(statement, [organizationId, from, to, of])
  await client.query(`select setval('ledger.message_id', $1::bigint)`, [to])
}
