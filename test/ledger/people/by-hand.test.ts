/** What a DBA does to the tables by hand: the owner, with psql and no name that is ours. */
import pg from 'pg'
import t, { type Test } from 'tap'
import { createIntents } from '../../../src/ledger/work/intents.ts'
import { type Bench, createBench, pass } from '../../helpers/ledger.ts'
import { message, notification, ORGANIZATION, provisionRequest } from '../../helpers/messages.ts'

async function setUp(t: Test) {
  const bench = await createBench(t)
  const psql = new pg.Client({ connectionString: bench.url, application_name: 'psql' })
  await psql.connect()
  t.teardown(() => psql.end())
  await bench.recordEach([notification()])
  await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
  const orderId = String(await bench.value('select record_id from ledger.notification'))
  const request = provisionRequest(orderId)
  await createIntents(bench.pool).intend(ORGANIZATION, request, { priorOrderIds: [], sends: 0, looksNeeded: 2 })
  await bench.recordEach([notification()])
  return { bench, psql, orderId }
}

const audited = (bench: Bench) => bench.rows('select * from ledger.audit order by audit_id')
const INSERT = `insert into ledger.outcome (organization_id, notification_id, record_id, state, step, received_at)
  select organization_id, notification_id, record_id, 'completed', 'write_back', received_at from ledger.work`

t.test('a final state that did not happen is refused by hand, to the owner, too', async (t) => {
  const { bench, psql } = await setUp(t)
  const refused: [string, RegExp][] = [
    ["update ledger.outcome set state = 'completed'", /how a notification ended is not written by hand/],
    ["update ledger.outcome set state = 'dismissed'", /how a notification ended is not written by hand/],
    [INSERT, /how a notification ended is not written by hand/],
    ['delete from ledger.outcome', /how a notification ended is not written by hand/],
    ['truncate ledger.outcome', /how a notification ended is not written by hand/],
    ["update ledger.provisioning set state = 'refused'", /what is known of an order in WHMCS is not changed by hand/],
    ["update ledger.provisioning set state = 'added', whmcs_order_id = '501'", /not changed by hand/],
    ['truncate ledger.notification', /it is what recognises a redelivery/],
  ]
  for (const [sql, words] of refused) await t.rejects(psql.query(sql), { code: '55000', message: words }, sql)
  t.match(await bench.rows('select state::text from ledger.overview order by received_at desc'), [
    { state: 'pending' },
    { state: 'dead' },
  ])
  t.same(await audited(bench), [])
})

t.test('what else is changed by hand is kept: who, what, and which', async (t) => {
  const { bench, psql, orderId } = await setUp(t)
  await psql.query("update ledger.work set due_at = now() + interval '1 hour'")
  await psql.query(`update ledger.notification set fields = '{"a": 1}' where record_id = $1`, [orderId])
  await psql.query('delete from ledger.attempt')
  await psql.query('delete from ledger.provisioning')
  await psql.query(
    "insert into ledger.pause (organization_id, step, until, code, message, worker) values ($1, 'callback', now(), 'X', 'x', 'x')",
    [ORGANIZATION],
  )
  const by = { act: 'hand_change', actor: 'soapstone', login: 'soapstone', via: 'sql', organization_id: ORGANIZATION }
  t.match(await audited(bench), [
    { ...by, detail: { table: 'work', operation: 'update', changed: ['due_at'], before: { due_at: String } } },
    { ...by, record_id: orderId, detail: { table: 'notification', changed: ['fields'], before: {}, after: {} } },
    { ...by, notification_id: String, detail: { table: 'attempt', operation: 'delete', before: { outcome: 'dead' } } },
    { ...by, record_id: orderId, detail: { table: 'provisioning', operation: 'delete', before: { state: 'sending' } } },
    { ...by, detail: { table: 'pause', operation: 'insert', after: { code: 'X' } } },
  ])
})

t.test('a session is never copied into the audit', async (t) => {
  const { bench, psql } = await setUp(t)
  await psql.query("update ledger.message set session = '\\xdeadbeef'")
  t.match(await audited(bench), [{ detail: { table: 'message', changed: ['has_session', 'session'] } }, {}])
  t.notMatch(JSON.stringify(await audited(bench)), /deadbeef/)
})

t.test('ledger.audit is not changed, emptied or thinned out by hand', async (t) => {
  const { bench, psql } = await setUp(t)
  await psql.query('delete from ledger.attempt')
  for (const sql of ["update ledger.audit set actor = 'nobody'", 'delete from ledger.audit', 'truncate ledger.audit'])
    await t.rejects(psql.query(sql), { message: 'ledger.audit is kept as it was written' }, sql)
  t.equal((await audited(bench)).length, 1)
})

t.test('what the functions of the ledger do by hand is no change by hand', async (t) => {
  const { bench, psql } = await setUp(t)
  await psql.query("select ledger.replay(organization_id, notification_id, 'mended') from ledger.dead_letters")
  await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
  await psql.query("select ledger.dismiss(organization_id, notification_id, 'cancelled') from ledger.dead_letters")
  t.match(
    (await audited(bench)).map(({ act, via }) => `${act} ${via}`),
    ['replay sql', 'dismiss sql', 'dismiss sql'],
  )
})

t.test('what the service does is no change by hand', async (t) => {
  const { bench } = await setUp(t)
  const worker = bench.worker('w1')
  await bench.record(message())
  await worker.pause('provision', { seconds: 1, code: 'X', message: 'x' })
  await worker.resume('provision')
  await pass(worker, 'callback', { kind: 'complete' })
  t.same(await audited(bench), [])
})
