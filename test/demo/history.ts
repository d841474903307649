/**
 * Two days in which an installation was at work, so that the page has something to show: orders that went well, written
 * by SQL, and three kinds of failure that happen for real and are then moved back in time. A stage stood still, and a
 * person let it go on.
 */
import { until } from '../helpers/until.ts'
import { statusOf } from './story.ts'
import type { World } from './world.ts'

const HOURS = 48
/** By the hour of the day: offices approve orders. */
const BUSY = [3, 2, 1, 1, 1, 2, 6, 14, 30, 42, 46, 40, 28, 36, 44, 41, 33, 22, 14, 10, 8, 7, 5, 4]
const NAMES = ['Nordlicht Energie', 'Bäckerei Blum', 'Atlas Logistics', 'Helvetia Labs', 'Kanzlei Öztürk', 'Sonnen AG']

export async function playHistory(world: World): Promise<void> {
  await writeCompleted(world)
  await writeAcks(world)
  await standStill(world)
  await fail(world)
}

/** Somebody stopped a step for the time of an update, and let it go on: the audit says so. */
async function standStill({ pool, salesforce }: World): Promise<void> {
  const step = [salesforce.organizationId, 'provision']
  const acts = { pause_step: 'WHMCS is being updated', resume_step: 'the update is done' }
  for (const [act, reason] of Object.entries(acts)) {
    await pool.query(`select ledger.${act}($1, $2, $3, requested_by => 'anna')`, [...step, reason])
  }
  await pool.query(
    `update ledger.audit set at = at - case act when 'pause' then interval '5 hours' else interval '4 hours 20 minutes' end
     where act in ('pause', 'resume')`,
  )
}

/** Each hour as many as that hour of a day has. */
async function writeCompleted({ pool, salesforce }: World): Promise<void> {
  const rows = `
    select $1::text as organization_id, h * 100 + i as n, '04l' || lpad((700000 + h * 100 + i)::text, 12, '0') || 'AAA' as notification_id,
      '801' || lpad((700000 + h * 100 + i)::text, 12, '0') || 'AAA' as record_id, ($3::text[])[1 + (h + i) % array_length($3, 1)] as account,
      date_trunc('hour', now()) - h * interval '1 hour' + i * interval '1 hour' / ($2::integer[])[b.hour + 1] as received_at,
      (2.1 + (i * 7 % 11) / 4.0 + case when i % 19 = 0 then 40 else 0 end) * interval '1 second' as took
    from generate_series(1, ${HOURS}) as h,
      lateral (select extract(hour from (now() - h * interval '1 hour') at time zone 'UTC')::integer as hour) as b,
      lateral generate_series(0, ($2::integer[])[b.hour + 1] - 1) as i`
  const values = [salesforce.organizationId, BUSY, NAMES]
  const insert = (table: string, select: string) =>
    pool.query(`with r as (${rows}) insert into ledger.${table} ${select}`, values)
  await insert(
    'message (organization_id, message_id, source, action_id, received_at)',
    `select organization_id, -n, 'outbound-message', '04k000000000001AAA', received_at from r`,
  )
  await insert(
    'notification (organization_id, notification_id, record_id, record_type, message_id, fields, received_at)',
    `select organization_id, notification_id, record_id, 'Order', -n, jsonb_build_object('Status', 'Activated'), received_at from r`,
  )
  await insert(
    'outcome (organization_id, notification_id, record_id, state, step, whmcs_order_id, received_at, finalized_at)',
    `select organization_id, notification_id, record_id, 'completed', 'write_back', (500000 + n)::text, received_at, received_at + took from r`,
  )
  await insert(
    'snapshot (organization_id, record_id, notification_id, content, taken_at)',
    `select organization_id, record_id, notification_id, jsonb_build_object('orderId', record_id, 'orderNumber', lpad((20000 + n)::text, 8, '0'),
       'status', 'Activated', 'account', jsonb_build_object('name', account, 'whmcsClientId', (1000 + n)::text), 'items', '[]'::jsonb), received_at from r`,
  )
  await insert('account_name (organization_id, name)', 'select distinct organization_id, ledger.folded(account) from r')
  await insert(
    `provisioning (organization_id, order_id, state, whmcs_client_id, whmcs_order_id, request, request_hash, prior_order_ids, sent_at,
       added_at, accepted_at)`,
    `select organization_id, record_id, 'accepted', (1000 + n)::text, (500000 + n)::text, '{}', md5(record_id), '{}', received_at, received_at,
       received_at from r`,
  )
  await insert(
    'attempt (organization_id, notification_id, record_id, attempt_no, step, worker, started_at, finished_at, outcome)',
    `select organization_id, notification_id, record_id, a.no, a.step::ledger.step, 'demo-host-1', received_at + took * a.since,
       received_at + took * a.until, a.outcome
     from r, (values (1, 'callback', 0.1, 0.3, 'advanced'), (2, 'provision', 0.3, 0.7, 'advanced'), (3, 'write_back', 0.8, 1, 'completed'))
       as a (no, step, since, until, outcome)`,
  )
}

/** A message for each of them; one in forty found the disk busy. */
async function writeAcks({ pool }: World): Promise<void> {
  await pool.query(
    `insert into ledger.tally (organization_id, kind, detail, minute, seen)
     select '', 'ack', case when n.message_id % 40 = 0 then '0.05' when n.message_id % 3 = 0 then '0.01' else '0.005' end,
       date_trunc('minute', n.received_at), count(*)
     from ledger.notification n where n.message_id < 0 group by 3, 4
     on conflict do nothing`,
  )
}

/** For real, so that they can be mended and replayed. Then they happened hours ago. */
async function fail({ screen, salesforce, whmcs, endpoint, pool }: World): Promise<void> {
  const backup = salesforce.addProduct({
    Name: 'Cloud Backup 2 TB',
    ProductCode: 'BACKUP-2T',
    WHMCS_Product_ID__c: null,
  })
  const account = (name: string, fields: Record<string, unknown> = {}) =>
    salesforce.addAccount({ Name: name, ...fields })
  const unmapped = NAMES.map((name) =>
    salesforce.addOrder({ accountId: account(name), items: [{ productId: backup }] }),
  )
  const unlinked = ['Gasthof zur Post', 'Studio Pixel', 'Weingut Lauer'].map((name) =>
    salesforce.addOrder({ accountId: account(name, { WHMCS_Client_ID__c: null }) }),
  )
  const refused = ['Praxis Dr. Vogel', 'Radhaus Kern'].map((name) => salesforce.addOrder({ accountId: account(name) }))
  const before = whmcs.refuses
  whmcs.refuses = ({ action }) => (action === 'AddOrder' ? 'Product Out of Stock' : undefined)
  const all = [...unmapped, ...unlinked, ...refused]
  await salesforce.send({ endpoint, orderIds: all, retryMs: 500, giveUpMs: 10_000 })
  await until(() => all.every((id) => statusOf(salesforce, id) === 'Failed'), 'they failed')
  whmcs.refuses = before
  // Each an hour and something before the one after it.
  const move = (table: string, columns: string[], record = 'record_id') =>
    pool.query(
      `update ledger.${table} t set ${columns.map((column) => `${column} = t.${column} - m.ago`).join(', ')}
       from (select id, place * interval '97 minutes' as ago from unnest($1::text[]) with ordinality as o (id, place)) as m
       where t.${record} = m.id`,
      [all],
    )
  await move('notification', ['received_at'])
  await move('outcome', ['received_at', 'finalized_at'])
  await move('attempt', ['started_at', 'finished_at'])
  await move('snapshot', ['taken_at'])
  screen.event(`two days of history, and ${all.length} orders that wait for a person`)
}
