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
const IGNORED_EACH = 10
/** Salesforce said that it was provisioned already: completed at callback. */
const KNOWN_BEFORE_EACH = 20
const REPLAYED_EACH = 20
/** An order that has changed since it was read first. */
const CHANGED_EACH = 20
/** The last was received just now, the first so many days ago. */
const DAYS = 90
/** What was asked and answered in a try is kept for so many days. */
const DETAIL_DAYS = 30

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
const ITEM =
  '{"id": "802Ss0000044Aa1IAE", "quantity": 2, "unitPrice": 45, "productId": "01tSs000003Ho5tIAC", "productName": "Web Hosting", "productCode": "HOSTING", "whmcsProductId": "185", "billingCycle": "Monthly"}'
const URL = `'https://example.my.salesforce.com/services/Soap/c/66.0/' || $1`
/** As long as those of an order of one line: WHMCS is looked into, asked, and looked into again. Most of it is the same in each: to build it anew takes most of a fill. */
const EXCHANGES = `'${JSON.stringify([
  {
    action: 'GetOrders',
    asked: { userid: '4711', limitnum: '100' },
    answered: { result: 'success', orders: [whmcsOrder(1)] },
  },
  {
    action: 'AddOrder',
    asked: {
      ...{
        clientid: '4711',
        pid: ['185'],
        qty: ['2'],
        billingcycle: ['monthly'],
        priceoverride: ['45.00'],
        paymentmethod: 'banktransfer',
      },
      ...{
        customfields: ['YToxOntpOjE7czoxODoiODAxU3MwMDAwMDQ0QWExSUFFIjt9'],
        noemail: 'true',
        noinvoiceemail: 'true',
      },
    },
    answered: {
      result: 'success',
      orderid: 2,
      serviceids: '12',
      productids: '12',
      addonids: '',
      domainids: '',
      invoiceid: 3,
    },
  },
  {
    action: 'GetOrders',
    asked: { id: '2' },
    answered: { result: 'success', totalresults: 1, orders: [whmcsOrder(2)] },
  },
])}'::jsonb || jsonb_build_array(jsonb_build_object('action', 'AcceptOrder', 'asked', jsonb_build_object('orderid', i::text), 'answered', '{"result": "success"}'::jsonb))`

/** $1: organization; $2, $3: the first row and the one after the last; $4: how many there will be in all. */
const rows = `
  select $1::text as organization_id, i, ${ids},
    now() - interval '${DAYS} days' * (1 - i::double precision / $4::bigint) as received_at,
    case when i % ${DEAD_EACH} = 1 then 'dead' when i % ${IGNORED_EACH} = 2 then 'ignored' else 'completed' end::ledger.state as state,
    case when i % ${DEAD_EACH} = 1 then 'provision' when i % ${IGNORED_EACH} = 2 or i % ${KNOWN_BEFORE_EACH} = 4 then 'callback' else 'write_back' end::ledger.step as step
  from generate_series($2::bigint, $3::bigint - 1) as i`

const MESSAGES = `
  insert into ledger.message (organization_id, message_id, source, action_id, enterprise_url, partner_url, received_at)
  select organization_id, i, 'outbound-message', '04k000000000001AAA', ${URL}, ${URL}, received_at from (${rows}) as r`

const NOTIFICATIONS = `
  insert into ledger.notification (organization_id, notification_id, record_id, record_type, message_id, fields, received_at)
  select organization_id, notification_id, record_id, 'Order', i, ${FIELDS}, received_at from (${rows}) as r`

const FINAL: string[] = [
  MESSAGES,
  NOTIFICATIONS,
  `insert into ledger.outcome (organization_id, notification_id, record_id, state, step, whmcs_order_id, error_code,
     error_message, received_at, finalized_at)
   select organization_id, notification_id, record_id, state, step,
     case when state = 'completed' then i::text end,
     case state when 'dead' then 'WHMCS_ORDER_REFUSED' when 'ignored' then 'NOT_ELIGIBLE' end,
     case state when 'dead' then 'Order ' || i || ': WHMCS refused it: ' || case when i % 3 = 0 then 'the product is out of stock' else 'no such client' end
       when 'ignored' then 'Order ' || i || ': it is ''Draft''.' end, received_at, received_at + interval '3 seconds'
   from (${rows}) as r`,
  `insert into ledger.attempt (organization_id, notification_id, record_id, attempt_no, step, worker, started_at, finished_at, outcome)
   select organization_id, notification_id, record_id, n.attempt_no, n.step, 'soapstone-7d9c-1234-abcd', received_at + n.attempt_no * interval '0.9 seconds',
     received_at + n.attempt_no * interval '1 second',
     case when r.step = 'callback' then state::text when n.attempt_no < 3 then 'advanced' else state::text end
   from (${rows}) as r cross join (values (1, 'callback'::ledger.step), (2, 'provision'), (3, 'write_back')) as n (attempt_no, step)
   where r.step <> 'callback' or n.attempt_no = 1`,
  `insert into ledger.attempt_detail (organization_id, notification_id, record_id, attempt_no, exchanges, kept_at)
   select organization_id, notification_id, record_id, 2, ${EXCHANGES}, received_at + interval '2 seconds'
   from (${rows}) as r where step <> 'callback' and received_at > now() - interval '${DETAIL_DAYS} days'`,
  `insert into ledger.snapshot (organization_id, record_id, notification_id, content, taken_at)
   select organization_id, record_id, notification_id, ${order('Activated')}, received_at from (${rows}) as r`,
  `insert into ledger.account_name (organization_id, name)
   select distinct organization_id, 'account ' || i % 50000 || ' ltd' from (${rows}) as r on conflict do nothing`,
  `insert into ledger.order_version (organization_id, record_id, version, content, taken_at)
   select organization_id, record_id, 1, ${order('Draft')}, received_at - interval '1 hour' from (${rows}) as r where i % ${CHANGED_EACH} = 5`,
  `insert into ledger.provisioning (organization_id, order_id, state, whmcs_client_id, whmcs_order_id, request, request_hash,
     prior_order_ids, service_ids, details, sent_at, added_at, accept_sent_at, accepted_at)
   select organization_id, record_id, case when state = 'dead' then 'refused' else 'accepted' end::ledger.provisioning_state,
     (i % 50000)::text, case when state <> 'dead' then i::text end,
     '{"lines": [{"orderItemId": "802Ss0000044Aa1IAE", "pid": "185", "quantity": 2, "billingCycle": "monthly", "price": "45.00"}]}'::jsonb
       || jsonb_build_object('orderId', record_id, 'clientId', (i % 50000)::text),
     md5(i::text) || md5(record_id), case when state = 'dead' then array(select (i - n * 50000)::text from generate_series(1, i / 50000) as n) else '{}' end,
     case when state <> 'dead' then jsonb_build_object('802Ss0000044Aa1IAE', i::text) else '{}' end,
     case when state <> 'dead' then '{"accountId": "001Ss00000Nn4MmIAJ", "invoiceStatus": "Unpaid", "mapping": "3f2a9c117d20", "whmcsOrderNumber": "3141592653"}'::jsonb
       || jsonb_build_object('whmcsClientId', (i % 50000)::text, 'invoiceId', i::text) else '{}' end,
     received_at, case when state <> 'dead' then received_at end, case when state <> 'dead' then received_at end,
     case when state <> 'dead' then received_at end
   from (${rows}) as r where step <> 'callback'`,
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

/** An order as callback keeps it. */
function order(status: string): string {
  return `'{"status": "${status}", "items": [${ITEM}]}'::jsonb || jsonb_build_object('orderId', record_id,
    'orderNumber', i::text, 'takenAt', received_at, 'account', jsonb_build_object('id', '001Ss00000Nn4MmIAJ', 'name', 'Account ' || i % 50000 || ' Ltd',
      'whmcsClientId', (i % 50000)::text))`
}

/** As GetOrders tells it. */
function whmcsOrder(id: number) {
  const line = {
    type: 'product',
    relid: id,
    producttype: 'Hosting Account',
    product: 'Web Hosting',
    billingcycle: 'Monthly',
    amount: '90.00 USD',
  }
  return {
    ...{
      id,
      ordernum: '3141592653',
      userid: 4711,
      date: '2026-10-01 09:00:00',
      status: 'Active',
      amount: '90.00',
      paymentmethod: 'banktransfer',
    },
    ...{
      invoiceid: 3,
      notes: '',
      currencyprefix: '$',
      currencysuffix: ' USD',
      frauddata: '',
      lineitems: { lineitem: [{ ...line, status: 'Active' }] },
    },
  }
}

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
  await client.query(`select setval('ledger.message_id', greatest(last_value, $1::bigint)) from ledger.message_id`, [
    to,
  ])
}
