/**
 * What each statement reads, on a ledger with many rows that ended long ago. A generic plan stays for as long as its
 * connection, so that one that was made while nothing waited, or nothing was there, must do for what comes at once.
 */
import pg from 'pg'
import t, { type Test } from 'tap'
import { createStatistics } from '../../../src/ledger/upkeep/statistics.ts'
import { fillFinal, fillWaiting } from '../../helpers/old-ledger.ts'
import { execution, measureReads } from '../../helpers/plans.ts'
import { createDatabase } from '../../helpers/postgres.ts'
import { DECLARED, type Declared } from '../../helpers/queries.ts'
import { CASES, type Case, MINE, OPEN, THEIRS } from './plan-cases.ts'

const FINAL = 50_000
/** What a row that it is about may cost: itself, what belongs to it in the other tables, and itself again to change it. */
const READS_EACH = 10
const BIG = ['notification', 'message', 'attempt', 'snapshot', 'provisioning', 'replayed']
const declared = new Map(DECLARED.map((one) => [one.name, one]))
/** Their plans are kept by the connection; the others are planned each time. */
const KEPT = CASES.filter(({ query }) => declarationOf(query).planned === 'once')

t.test('plan-cases has every statement', async (t) => {
  const planned = [...declared.keys()].filter((name) => name !== 'analyze')
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
  await fillFinal(client, { from: 1, to: FINAL / 5 })
  await fillOpen(client)
  t.equal(await statistics.refresh(), true)
  t.equal(await statistics.refresh(), false)
  for (const one of KEPT) await check(t, client, one)
})

async function openLedger(t: Test, mode: 'force_custom_plan' | 'force_generic_plan'): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: await createDatabase(t) })
  await client.connect()
  t.teardown(() => client.end())
  // Statistics come when the test says so, and plans stay until then.
  for (const table of BIG) await client.query(`alter table ledger.${table} set (autovacuum_enabled = false)`)
  await client.query(`set plan_cache_mode = ${mode}`)
  return client
}

/** EXPLAIN makes the plan, which is kept as if it had been executed. */
async function prepare(client: pg.Client, cases: Case[]): Promise<void> {
  for (const { query, values } of new Map(cases.map((one) => [one.query, one])).values()) {
    const { text } = declarationOf(query)
    const parameters = typesOf(query)
    await client.query(`prepare "${query}"${parameters.length > 0 ? ` (${parameters.join(', ')})` : ''} as ${text()}`)
    await client.query(`explain ${execution(query, values, parameters)}`)
  }
}

/** What waits, what is worked on, and what a dead worker left. */
async function fillOpen(client: pg.Client): Promise<void> {
  await fillWaiting(client, OPEN)
  const lease = `update ledger.notification set state = 'working', lease_no = 1, leased_at = now(), `
  const rows = (from: number, count: number) =>
    `where message_id >= ${OPEN.from + from} and message_id < ${OPEN.from + from + count}`
  await client.query(`${lease} lease_holder = 'w', lease_until = now() + interval '1 hour' ${rows(0, MINE)}`)
  await client.query(
    `${lease} lease_holder = 'other', step = case when message_id % 10 = 1 then 'provision' else 'write_back' end::ledger.step, whmcs_client_id = message_id::text,
     lease_until = now() + case when message_id % 10 = 0 then -1 else 1 end * interval '1 hour' ${rows(MINE, THEIRS)}`,
  )
  await client.query(
    `insert into ledger.snapshot (organization_id, record_id, notification_id, content)
     select organization_id, record_id, notification_id, '{}' from ledger.notification where message_id >= ${OPEN.from}`,
  )
  const advance = `update ledger.notification set whmcs_client_id = message_id::text, step = `
  await client.query(`${advance} 'provision' ${rows(MINE + THEIRS, 200)}`)
  await client.query(`${advance} 'write_back' ${rows(MINE + THEIRS + 200, 200)}`)
  await client.query(`update ledger.message set session = '\\x00' where message_id >= ${OPEN.from}`)
}

async function check(t: Test, client: pg.Client, { query, title, values, about }: Case): Promise<void> {
  const reads = await measureReads(client, execution(query, values, typesOf(query)))
  const most = about * READS_EACH
  // Of replays there are few: to read them all may be the shortest way, and what was read is counted below.
  const whole = reads.whole.filter((table) => BIG.includes(table) && table !== 'replayed')
  t.same(whole, [], `${query}, ${title}: reads no table from end to end`, { scans: reads.scans })
  t.ok(reads.rows <= most, `${query}, ${title}: looks at ${reads.rows} rows, of ${most} at most`, {
    scans: reads.scans,
  })
}

function typesOf(query: string): string[] {
  return Object.values(declarationOf(query).parameters).map((type) => type.replace(/\?$/, ''))
}

function declarationOf(name: string): Declared {
  const found = declared.get(name)
  if (!found) throw new Error(`no query ${name}`)
  return found
}
