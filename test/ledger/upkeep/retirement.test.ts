import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import { createRetirement } from '../../../src/ledger/upkeep/retirement.ts'
import { createIntents } from '../../../src/ledger/work/intents.ts'
import { type Bench, createBench, pass } from '../../helpers/ledger.ts'
import {
  deletedNotification,
  message,
  newOrderId,
  notification,
  ORGANIZATION,
  orderSnapshot,
  provisionRequest,
  salesforceId,
} from '../../helpers/messages.ts'
import { addMany, age } from '../../helpers/old.ts'

const INVARIANTS = readFileSync(new URL('../../../sql/dba/invariants.sql', import.meta.url), 'utf8')
const OTHER = salesforceId('00D', 2)
const NOTHING = { notifications: 0, attempts: 0, acts: 0, messages: 0, snapshots: 0 }

async function setUp(t: Test) {
  const bench = await createBench(t)
  return { bench, retirement: createRetirement({ pool: bench.pool, days: 30 }) }
}

/** Rows of each table that retirement could touch. */
async function left(bench: Bench): Promise<Record<string, number>> {
  const tables = ['notification', 'attempt', 'audit', 'message', 'snapshot', 'provisioning']
  const counts = tables.map((table) => `(select count(*)::integer from ledger.${table}) as ${table}`)
  return (await bench.rows(`select ${counts.join(', ')}`))[0] as Record<string, number>
}

/** Carries an order through all steps, as the pipeline does. */
async function complete(bench: Bench, recordId: string, whmcsOrderId = '501', account?: string): Promise<string> {
  const worker = bench.worker('w1')
  const intents = createIntents(bench.pool)
  const one = notification({ recordId })
  await bench.recordEach([one])
  const items = await worker.claim('callback', 1)
  const read = orderSnapshot(recordId)
  const snapshot = account === undefined ? read : { ...read, account: { ...read.account, name: account } }
  await worker.saveSnapshots(items.map((item) => ({ item, snapshot })))
  await worker.release(items)
  await pass(worker, 'callback', { kind: 'advance', step: 'provision', whmcsClientId: '7' })
  await intents.recordOrder(ORGANIZATION, provisionRequest(recordId), { whmcsOrderId, adopted: false })
  await pass(worker, 'provision', { kind: 'advance', step: 'write_back', whmcsOrderId, serviceIds: {} })
  await pass(worker, 'write_back', { kind: 'complete' })
  return one.notificationId
}

/** Gives up on an order whose AddOrder was sent and never answered. */
async function dieHalfway(bench: Bench): Promise<string> {
  const recordId = newOrderId()
  const worker = bench.worker('w1')
  await bench.recordEach([notification({ recordId })])
  const before = { priorOrderIds: [], sends: 0, looksNeeded: 2 }
  await createIntents(bench.pool).intend(ORGANIZATION, provisionRequest(recordId), before)
  await pass(worker, 'callback', { kind: 'fail', failure: new Failure('WHMCS_ORDER_AMBIGUOUS') })
  await pass(worker, 'write_back', { kind: 'bury' })
  return recordId
}

t.test('retire removes what is final and old with all that belongs to it, and keeps the provisioning', async (t) => {
  const { bench, retirement } = await setUp(t)
  const notificationId = await complete(bench, newOrderId())
  await bench.value("select ledger.replay($1, $2, 'again', 'write_back')", [ORGANIZATION, notificationId])
  await pass(bench.worker('w1'), 'write_back', { kind: 'complete' })
  t.same((await retirement.retire(ORGANIZATION))?.counts, NOTHING, 'it is young')
  await age(bench.pool, 29)
  t.same((await retirement.retire(ORGANIZATION))?.counts, NOTHING, 'it is not old yet')
  await age(bench.pool, 1)
  const counts = { notifications: 1, attempts: 5, acts: 1, messages: 1, snapshots: 1 }
  t.same((await retirement.retire(ORGANIZATION))?.counts, counts)
  const gone = { notification: 0, attempt: 0, audit: 0, message: 0, snapshot: 0, provisioning: 1 }
  t.same(await left(bench), gone)
  t.same(await bench.rows(INVARIANTS), [])
})

t.test('retire takes every final state, and leaves open ones alone however old they are', async (t) => {
  const { bench, retirement } = await setUp(t)
  const worker = bench.worker('w1')
  const recordId = newOrderId()
  await bench.recordEach([notification({ recordId }), notification({ recordId })])
  await pass(worker, 'callback', { kind: 'fail', failure: new Failure('ORDER_EMPTY') })
  await pass(worker, 'write_back', { kind: 'bury' })
  await bench.record(message([deletedNotification()]))
  await complete(bench, newOrderId())
  await bench.recordEach([notification(), notification()])
  await worker.claim('callback', 1)
  await age(bench.pool, 31)
  await bench.pool.query(
    `update ledger.notification n set received_at = now() - interval '1 year' from ledger.inbox i
     where i.notification_id = n.notification_id`,
  )
  t.same(
    new Set((await bench.rows('select state::text from ledger.overview')).map(({ state }) => state)),
    new Set(['superseded', 'dead', 'ignored', 'completed', 'working', 'pending']),
  )
  t.match(await retirement.retire(ORGANIZATION), { counts: { notifications: 4, messages: 4 } })
  t.same(await bench.rows('select state::text from ledger.overview order by overview.state'), [
    { state: 'pending' },
    { state: 'working' },
  ])
  t.same(await bench.rows(INVARIANTS), [])
})

t.test('retire keeps a message until its last notification goes', async (t) => {
  const { bench, retirement } = await setUp(t)
  const [old, young] = [deletedNotification(), deletedNotification()]
  await bench.record(message([old, young]))
  await age(bench.pool, 31, old.notificationId)
  t.match(await retirement.retire(ORGANIZATION), { counts: { notifications: 1, messages: 0 } })
  t.same(await bench.rows('select notification_id from ledger.overview'), [{ notification_id: young.notificationId }])
  await bench.record(message([deletedNotification()]))
  await age(bench.pool, 31, young.notificationId)
  t.match(await retirement.retire(ORGANIZATION), { counts: { notifications: 1, messages: 1 } })
})

t.test('retire keeps the snapshot of an order that a younger notification names', async (t) => {
  const { bench, retirement } = await setUp(t)
  const recordId = newOrderId()
  await complete(bench, recordId)
  await age(bench.pool, 31)
  await bench.recordEach([notification({ recordId })])
  t.match(await retirement.retire(ORGANIZATION), { counts: { notifications: 1, snapshots: 0 } })
  await pass(bench.worker('w1'), 'callback', { kind: 'complete' })
  await age(bench.pool, 31)
  t.match(await retirement.retire(ORGANIZATION), { counts: { notifications: 1, snapshots: 1 } })
})

t.test('retire forgets the name of an account with its last order', async (t) => {
  const { bench, retirement } = await setUp(t)
  const names = async () => (await bench.rows('select name from ledger.account_name')).map(({ name }) => name)
  await complete(bench, newOrderId(), '501', 'Größe & Söhne Ltd')
  await age(bench.pool, 31)
  await complete(bench, newOrderId(), '502', 'Größe & Söhne Ltd')
  t.match(await retirement.retire(ORGANIZATION), { counts: { snapshots: 1 } })
  t.same(await names(), ['größe & söhne ltd'], 'a younger one has it')
  await age(bench.pool, 31)
  t.match(await retirement.retire(ORGANIZATION), { counts: { snapshots: 1 } })
  t.same(await names(), [])
})

t.test('retire keeps a dead letter whose order is half in WHMCS, until a person has come to it', async (t) => {
  const { bench, retirement } = await setUp(t)
  const recordId = await dieHalfway(bench)
  await complete(bench, newOrderId())
  await age(bench.pool, 400)
  t.match(await retirement.retire(ORGANIZATION), { counts: { notifications: 1 } })
  t.match(await bench.rows('select * from ledger.dead_letters'), [{ record_id: recordId, provisioning: 'sending' }])
  t.same(await bench.rows(INVARIANTS), [])
  await createIntents(bench.pool).recordRefusal(ORGANIZATION, recordId, 1)
  t.match(await retirement.retire(ORGANIZATION), { counts: { notifications: 1 } })
})

t.test('a redelivery of what is gone is new, and its order is known to be provisioned', async (t) => {
  const { bench, retirement } = await setUp(t)
  const recordId = newOrderId()
  const notificationId = await complete(bench, recordId)
  const again = message([notification({ notificationId, recordId })])
  await bench.record(again)
  t.equal(await bench.value('select count(*) from ledger.message'), '1', 'it is recognised')
  await age(bench.pool, 31)
  await retirement.retire(ORGANIZATION)
  await bench.record(again)
  t.match(await bench.worker('w2').claim('callback', 1), [
    { notificationId, leaseNo: 1, provisioning: 'accepted', whmcsOrderId: '501' },
  ])
})

t.test('retire goes by batches of 500, oldest first, and each begins where the one before ended', async (t) => {
  const { bench, retirement } = await setUp(t)
  await addMany(bench.pool, { notifications: 1_300, perMessage: 7, daysAgo: [129.95, -0.05] })
  const sizes: (number | undefined)[] = []
  const untils: number[] = []
  let since: Date | undefined
  while (sizes.at(-1) !== 0) {
    const retired = await retirement.retire(ORGANIZATION, since)
    sizes.push(retired?.counts.notifications)
    if (retired?.until) untils.push(retired.until.getTime())
    since = retired?.until
  }
  t.same(sizes, [500, 500, 0])
  t.ok(untils.length === 2 && Number(untils[0]) < Number(untils[1]))
  // The 300 that are younger than 30 days, and the message of the oldest of them: it holds older ones, too.
  const young = { notification: 300, attempt: 900, audit: 6, message: 44, snapshot: 300, provisioning: 1_300 }
  t.same(await left(bench), young)
  t.same(await bench.rows(INVARIANTS), [])
})

t.test('retire removes old acts that are about no notification, and keeps the young', async (t) => {
  const { bench, retirement } = await setUp(t)
  for (const days of [31, 29]) {
    await bench.rows(
      `insert into ledger.audit (act, actor, via, at) values ('sign_in', $1, 'page', now() - $1::text::interval)`,
      [`${days} days`],
    )
  }
  t.match(await retirement.retire(''), { counts: { notifications: 0 } })
  t.same(await bench.rows('select actor from ledger.audit'), [{ actor: '29 days' }])
})

t.test('retire of one organisation leaves the others alone; organizations names them all', async (t) => {
  const { bench, retirement } = await setUp(t)
  t.same(await retirement.organizations(), [''], 'the acts that are about none')
  for (const organizationId of [ORGANIZATION, OTHER]) {
    await bench.record(message([deletedNotification(), deletedNotification()], { organizationId }))
  }
  await bench.record(message([notification()], { organizationId: salesforceId('00D', 3) }))
  t.same(await retirement.organizations(), [...[ORGANIZATION, OTHER].sort(), ''], 'the third has nothing final')
  await age(bench.pool, 31)
  t.match(await retirement.retire(OTHER), { counts: { notifications: 2 } })
  t.same(await bench.rows('select distinct organization_id from ledger.overview where finalized_at is not null'), [
    { organization_id: ORGANIZATION },
  ])
})
