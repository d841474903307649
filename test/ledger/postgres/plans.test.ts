/**
 * What each statement reads, on a ledger with many rows that ended long ago. A generic plan stays for as long as its
 * connection, so that one that was made while nothing waited, or nothing was there, must do for what comes at once.
 */
import pg from 'pg'
import t, { type Test } from 'tap'
import { LOOKS_UP_BY_KEY, ONE_PLAN } from '../../../src/ledger/postgres/pool.ts'
import { createStatistics } from '../../../src/ledger/upkeep/statistics.ts'
import { ORGANIZATION } from '../../helpers/messages.ts'
import { fillFinal, fillWaiting, recordId } from '../../helpers/old-ledger.ts'
import { execution, measureReads } from '../../helpers/plans.ts'
import { createDatabase } from '../../helpers/postgres.ts'
import { DECLARED, type Declared } from '../../helpers/queries.ts'
import { ACCESS } from './access-cases.ts'
import { EVENTS } from './event-cases.ts'
import { NOTICES } from './notice-cases.ts'
import { ORDERS } from './order-cases.ts'
import { type Case, MINE, CASES as OF_THE_QUEUE, OPEN, THEIRS } from './plan-cases.ts'

/** The planner settings of a pool, all of which turn something off. */
const turnedOff = (settings: string) => settings.match(/enable_\w+/g) ?? []
const FINAL = 20_000
/** What a row that it is about may cost: itself, what belongs to it in the other tables, and itself again to change it. */
const READS_EACH = 12
const BIG = ['notification', 'outcome', 'message', 'attempt', 'snapshot', 'provisioning', 'audit', 'event', 'delivery']
/** Empty most of the time: what was planned then must do for a thousand rows. */
const QUEUE = ['work', 'client_lease']
const CASES = [...OF_THE_QUEUE, ...ACCESS, ...NOTICES, ...ORDERS, ...EVENTS]
const declared = new Map(DECLARED.map((one) => [one.name, one]))
/** Those that look at the queue run on connections that look up by key. */
const BY_KEY = [
  ...['due-bounds', 'claim', 'settle', 'finish', 'renew', 'release', 'rescue', 'backlog', 'read-before'],
  ...['save-snapshots', 'forget-sessions', 'claim-deliveries', 'settle-deliveries'],
  ...['take-click', 'read-click', 'answer-click', 'ask-for-work', 'order-progress'],
]
const RECORDERS = ['record', 'record-new', 'record-one', 'reopen']
/** Not about rows of the ledger. */
const ELSEWHERE = [
  'analyze',
  'resume-step',
  'try-step',
  'cancel-task',
  'missing-rights',
  'oldest-snapshot',
  'server-facts',
  'table-health',
]
/** Their plans are kept by the connection; the others are planned each time. */
const KEPT = CASES.filter(({ query }) => declarationOf(query).planned === 'once')

t.test('plan-cases has every statement', async (t) => {
  const planned = [...declared.keys()].filter((name) => !ELSEWHERE.includes(name))
  t.same([...new Set(CASES.map(({ query }) => query))].sort(), planned.sort())
})

t.test('a statement that is planned for its values reads no more than it is about', async (t) => {
  const client = await openLedger(t, 'force_custom_plan')
  await fillFinal(client, { from: 1, to: FINAL })
  await fillOpen(client)
  await client.query('analyze')
  await prepare(client, CASES)
  for (const one of CASES) await check(t, client, one)
})

t.test('a plan that was made while nothing waited reads no more than the statement is about', async (t) => {
  const client = await openLedger(t, 'force_generic_plan')
  await fillFinal(client, { from: 1, to: FINAL })
  await client.query('analyze')
  await prepare(client, KEPT)
  await fillOpen(client)
  for (const one of KEPT) await check(t, client, one)
})

t.test('a plan that was made while the ledger was empty is made anew when it has grown', async (t) => {
  const client = await openLedger(t, 'force_generic_plan')
  await prepare(client, KEPT)
  const { host, port, user, database } = client
  const pool = new pg.Pool({ host, port, user, database })
  t.teardown(() => pool.end())
  const statistics = createStatistics(pool)
  t.equal(await statistics.refresh(), false)
  await fillFinal(client, { from: 1, to: FINAL / 2 })
  await fillOpen(client)
  t.equal(await statistics.refresh(), true)
  t.equal(await statistics.refresh(), false)
  for (const one of KEPT) await check(t, client, one)
})

t.test('a plan of the queue that was made while the ledger was empty does for its first orders', async (t) => {
  const client = await openLedger(t, 'force_generic_plan')
  // As when a first message has just come in: what is empty as yet is not called so.
  await client.query('select ledger.analyze_tables()')
  const cases = KEPT.filter(({ query }) => BY_KEY.includes(query))
  await prepare(client, cases)
  await fillFinal(client, { from: 1, to: FINAL / 10 })
  await fillOpen(client)
  for (const one of cases) await check(t, client, one)
})

async function openLedger(t: Test, mode: 'force_custom_plan' | 'force_generic_plan'): Promise<pg.Client> {
  const connectionString = await createDatabase(t, { unused: true })
  const client = new pg.Client({ connectionString, application_name: 'soapstone test' })
  await client.connect()
  t.teardown(() => client.end())
  // Statistics come when the test says so, and plans stay until then.
  for (const table of [...BIG, ...QUEUE])
    await client.query(`alter table ledger.${table} set (autovacuum_enabled = false)`)
  await client.query(`set plan_cache_mode = ${mode}`)
  return client
}

/** EXPLAIN makes the plan, which is kept as if it had been executed. */
async function prepare(client: pg.Client, cases: Case[]): Promise<void> {
  for (const { query, values } of new Map(cases.map((one) => [one.query, one])).values()) {
    const { text } = declarationOf(query)
    const parameters = typesOf(query)
    await client.query(`prepare "${query}"${parameters.length > 0 ? ` (${parameters.join(', ')})` : ''} as ${text()}`)
    await planned(client, query, () => client.query(`explain ${execution(query, ordered(query, values), parameters)}`))
  }
}

/** With the settings of the connections that it runs on. */
async function planned<T>(client: pg.Client, query: string, work: () => Promise<T>): Promise<T> {
  const off = BY_KEY.includes(query) ? turnedOff(LOOKS_UP_BY_KEY) : RECORDERS.includes(query) ? turnedOff(ONE_PLAN) : []
  const set = (value: string) => off.map((name) => `set ${name} = ${value}`).join('; ')
  await client.query(set('off'))
  try {
    return await work()
  } finally {
    await client.query(set('on'))
  }
}

/** What waits, what is worked on, and what a dead worker left. */
async function fillOpen(client: pg.Client): Promise<void> {
  await fillWaiting(client, OPEN)
  const lease = 'update ledger.work set lease_no = 1, leased_at = now(), '
  const rows = (from: number, count: number) =>
    `where record_id >= '${recordId(OPEN.from + from)}' and record_id < '${recordId(OPEN.from + from + count)}'`
  await client.query(`${lease} lease_holder = 'w', lease_until = now() + interval '1 hour' ${rows(0, MINE)}`)
  await client.query(
    `${lease} lease_holder = 'other', whmcs_client_id = record_id,
     step = case when record_id like '%1AAA' then 'provision' else 'write_back' end::ledger.step,
     lease_until = now() + case when record_id like '%0AAA' then -1 else 1 end * interval '1 hour' ${rows(MINE, THEIRS)}`,
  )
  await client.query(
    `insert into ledger.client_lease (organization_id, whmcs_client_id, record_id)
     select organization_id, whmcs_client_id, record_id from ledger.work where step = 'provision' and lease_until is not null`,
  )
  await client.query(
    `insert into ledger.snapshot (organization_id, record_id, notification_id, content)
     select organization_id, record_id, notification_id, '{}' from ledger.work`,
  )
  const advance = 'update ledger.work set whmcs_client_id = record_id, step = '
  await client.query(`${advance} 'provision' ${rows(MINE + THEIRS, 200)}`)
  await client.query(`${advance} 'write_back' ${rows(MINE + THEIRS + 200, 200)}`)
  await client.query(`update ledger.message set session = '\\x00' where message_id >= ${OPEN.from}`)
  await fillDeliveries(client)
  await fillSwept(client)
}

/** What the sweep found long ago. */
async function fillSwept(client: pg.Client): Promise<void> {
  const each = `'${ORGANIZATION}', 'swp' || lpad(i::text, 15, '0')`
  const i = 'generate_series(1, 1000) as i'
  const at = "now() - interval '60 days' + i * interval '1 second'"
  await client.query(
    `insert into ledger.message (organization_id, message_id, source, action_id, received_at)
     select '${ORGANIZATION}', 10000000 + i, 'sweep', '', ${at} from ${i}`,
  )
  await client.query(
    `insert into ledger.notification (organization_id, notification_id, record_id, record_type, message_id, fields, received_at)
     select ${each}, '802' || lpad(i::text, 15, '0'), 'Order', 10000000 + i, '{}', ${at} from ${i}`,
  )
  await client.query(
    `insert into ledger.outcome (organization_id, notification_id, record_id, state, step, received_at, finalized_at)
     select ${each}, '802' || lpad(i::text, 15, '0'), 'completed', 'callback', ${at}, ${at} from ${i}`,
  )
}

/** One webhook of several: it was told much, and a thousand wait. */
async function fillDeliveries(client: pg.Client): Promise<void> {
  const told = OPEN.to - OPEN.from + FINAL
  await client.query(
    `insert into ledger.event (organization_id, type, subject, data)
     select '${ORGANIZATION}', 'order.failed', i::text, '{}' from generate_series(1, ${told}) as i`,
  )
  await client.query(
    `insert into ledger.delivery (organization_id, webhook_id, event_no, subject, state, sent_at)
     select e.organization_id, w, e.event_no, e.subject, case when e.event_no <= ${FINAL} then 'delivered' else 'waiting' end, now()
     from ledger.event e, unnest(array['whk_1', 'whk_2']) as w`,
  )
  await client.query(
    `insert into ledger.webhook (webhook_id, url, types)
     select w, 'https://hooks.example.com', array['order.failed'] from unnest(array['whk_1', 'whk_2']) as w`,
  )
}

async function check(t: Test, client: pg.Client, { query, title, values, about }: Case): Promise<void> {
  const statement = execution(query, ordered(query, values), typesOf(query))
  const reads = await planned(client, query, () => measureReads(client, statement))
  const most = about * READS_EACH
  // Of replays there are few: to read them all may be the shortest way, and what was read is counted below.
  const whole = reads.whole.filter((table) => BIG.includes(table) && table !== 'audit')
  t.same(whole, [], `${query}, ${title}: reads no table from end to end`, { scans: reads.scans })
  t.ok(reads.rows <= most, `${query}, ${title}: looks at ${reads.rows} rows, of ${most} at most`, {
    scans: reads.scans,
  })
}

function ordered(query: string, values: Record<string, unknown>): unknown[] {
  const names = Object.keys(declarationOf(query).parameters)
  return names.map((name) => values[name] ?? null)
}

function typesOf(query: string): string[] {
  return Object.values(declarationOf(query).parameters).map((type) => type.replace(/\?$/, ''))
}

function declarationOf(name: string): Declared {
  const found = declared.get(name)
  if (!found) throw new Error(`no query ${name}`)
  return found
}
