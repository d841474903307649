/** Fills a ledger with what ended long ago, as fast as it goes: the indexes come afterwards. */
import pg from 'pg'
import { sumHoursThatAreOver } from '../../../src/ledger/upkeep/hours.ts'
import { ORGANIZATION } from '../../helpers/messages.ts'
import { fillFinal } from '../../helpers/old-ledger.ts'

const PORTION = 100_000
const DOCUMENTS = 2_000

/** What is there beside the orders: $1, the organization. */
const BESIDE = [
  `insert into ledger.tally (organization_id, kind, detail, minute, seen)
   select $1, 'messages_refused', 'too-large', date_trunc('minute', now()) - n * interval '1 minute', 1 from generate_series(1, 2880) as n`,
  `insert into ledger.tally (organization_id, kind, detail, minute, seen)
   select '', 'ack', d, date_trunc('minute', now()) - n * interval '1 minute', 20 from generate_series(1, 2880) as n, unnest(array['0.01', '0.05', '0.1', '0.5']) as d`,
  `insert into ledger.document (organization_id, collection, key, version, content, changed_by)
   select $1, 'products', 'p' || n, 1, jsonb_build_object('name', 'Product ' || n, 'sku', n), 'shop' from generate_series(1, ${DOCUMENTS}) as n`,
  // A webhook that wants to hear of what failed.
  `insert into ledger.event (organization_id, type, subject, data, happened_at)
   select o.organization_id, 'order.failed', o.record_id, jsonb_build_object('organizationId', o.organization_id, 'orderId', o.record_id,
     'notificationId', o.notification_id, 'step', o.step, 'code', o.error_code, 'message', o.error_message), o.finalized_at
   from ledger.outcome o where o.organization_id = $1 and o.state = 'dead' and o.finalized_at > now() - interval '30 days'`,
  `insert into ledger.webhook (webhook_id, url, types) values ('whk_1', 'https://hooks.example.com', array['order.failed'])`,
  `insert into ledger.delivery (organization_id, webhook_id, event_no, subject, state, attempts, status, sent_at, created_at)
   select e.organization_id, 'whk_1', e.event_no, e.subject, 'delivered', 1, 200, e.happened_at, e.happened_at from ledger.event e`,
]

const INDEXES = `
  select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
  from pg_index i
  join pg_class c on c.oid = i.indrelid
  where c.relnamespace = 'ledger'::regnamespace and c.relkind = 'r'
    and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`

/** Rows 1 to `rows`; analysed, and vacuumed as a ledger of that age would be. On two connections, as there are cores. */
export async function fillLedger(url: string, rows: number, say: (text: string) => void): Promise<void> {
  const [client, other] = [new pg.Client(connection(url)), new pg.Client(connection(url))]
  await Promise.all([client.connect(), other.connect()])
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(INDEXES)
  for (const { name } of indexes) await client.query(`drop index ${name}`)
  let next = 1
  const fillOn = async (one: pg.Client) => {
    // Nothing here can break a reference, and nothing is lost that could not be filled again.
    await one.query(
      `set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '256MB'`,
    )
    for (let from = next; from <= rows; from = next) {
      next += PORTION
      const to = Math.min(from + PORTION, rows + 1)
      await fillFinal(one, { from, to, of: rows + 1 })
      if ((to - 1) % (10 * PORTION) === 0) say(`  ${(to - 1).toLocaleString('en-US')} rows`)
    }
  }
  await Promise.all([fillOn(client), fillOn(other)])
  await other.end()
  // In the order of their statements: one looks at what another has filled in.
  for (const statement of BESIDE) await client.query(statement, statement.includes('$1') ? [ORGANIZATION] : [])
  for (const { name, definition } of indexes) {
    say(`  ${name}`)
    await client.query(definition)
  }
  // As the service would have.
  while ((await sumHoursThatAreOver(client, { most: 1_000, days: 400 })) > 0);
  await client.query('vacuum (analyze)')
  await client.end()
}

const connection = (connectionString: string) => ({ connectionString, application_name: 'soapstone test' })
