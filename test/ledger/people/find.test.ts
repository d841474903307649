import t, { type Test } from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import { countThose, type ListFilter, listWhere } from '../../../src/ledger/people/list.ts'
import { createIntents } from '../../../src/ledger/work/intents.ts'
import { type Bench, createBench, pass } from '../../helpers/ledger.ts'
import {
  message,
  notification,
  ORGANIZATION,
  orderSnapshot,
  provisionRequest,
  salesforceId,
} from '../../helpers/messages.ts'

const OTHER = salesforceId('00D', 2)

/** Six: completed, dead, ignored, pending and critical, of another organisation, and swept. */
async function setUp(t: Test) {
  const bench = await createBench(t)
  const worker = bench.worker('w1')
  const [completed, dead, ignored, open, foreign, swept] = Array.from({ length: 6 }, () => notification())
  if (!completed || !dead || !ignored || !open || !foreign || !swept) throw new Error('six')
  await bench.recordEach([completed])
  await order(bench, completed.recordId ?? '', { number: '00000114', account: 'Öle, Größe & Söhne Ltd' })
  await bench.recordEach([dead])
  const failure = new Failure('ORDER_EMPTY', { record: 'Order 00000115', detail: 'has no 100% items' })
  await pass(worker, 'callback', { kind: 'fail', failure })
  await pass(worker, 'write_back', { kind: 'bury' })
  await bench.recordEach([ignored])
  await pass(worker, 'callback', { kind: 'ignore', code: 'NOT_ELIGIBLE', message: 'Draft' })
  await bench.record({ ...message([open]), priority: 'critical' })
  await bench.record(message([foreign], { organizationId: OTHER }))
  await bench.record({ ...message([swept]), source: 'sweep' })
  const names = Object.entries({ completed, dead, ignored, open, foreign, swept })
  const nameOf = (id: string) => names.find(([, one]) => one.notificationId === id)?.[0]
  const find = async (filter: ListFilter) =>
    (await listWhere(bench.pool, filter, { most: 50 })).map((row) => nameOf(row.notification_id))
  return { bench, find, completed, dead }
}

/** Read, provisioned, reported. */
async function order(bench: Bench, recordId: string, { number, account }: { number: string; account: string }) {
  const worker = bench.worker('w1')
  const items = await worker.claim('callback', 1)
  const read = orderSnapshot(recordId)
  const snapshot = { ...read, orderNumber: number, account: { ...read.account, name: account } }
  await worker.saveSnapshots(items.map((item) => ({ item, snapshot })))
  await worker.release(items)
  await pass(worker, 'callback', { kind: 'advance', step: 'provision', whmcsClientId: '7' })
  await createIntents(bench.pool).recordOrder(ORGANIZATION, provisionRequest(recordId), {
    whmcsOrderId: '501',
    adopted: false,
  })
  await pass(worker, 'provision', { kind: 'advance', step: 'write_back', whmcsOrderId: '501', serviceIds: {} })
  await pass(worker, 'write_back', { kind: 'complete', whmcsOrderId: '501' })
}

t.test('find_notifications knows an order of WHMCS by whoever found it there, too', async (t) => {
  const bench = await createBench(t)
  const found = notification()
  await bench.recordEach([notification(), found])
  await pass(bench.worker('w1'), 'callback', { kind: 'complete' })
  await bench.rows("update ledger.outcome set whmcs_order_id = '777' where record_id = $1", [found.recordId])
  const rows = await listWhere(bench.pool, { whmcsOrder: '777' }, { most: 50 })
  t.match(rows, [{ notification_id: found.notificationId, whmcs_order_id: '777' }])
  t.equal(rows.length, 1)
})

t.test('find_notifications gives what fits each filter, newest first', async (t) => {
  const { find, completed, dead } = await setUp(t)
  const cases: [ListFilter, string[]][] = [
    [{}, ['swept', 'foreign', 'open', 'ignored', 'dead', 'completed']],
    [{ state: 'dead' }, ['dead']],
    [{ state: 'completed' }, ['completed']],
    [{ state: 'pending' }, ['swept', 'foreign', 'open']],
    [{ state: 'superseded' }, []],
    [{ step: 'write_back' }, ['completed']],
    [{ step: 'callback' }, ['swept', 'foreign', 'open', 'ignored', 'dead']],
    [{ step: 'callback', state: 'completed' }, []],
    [{ code: 'ORDER_EMPTY' }, ['dead']],
    [{ code: 'ORDER_EMPTY', state: 'completed' }, []],
    [{ record: dead.recordId }, ['dead']],
    [{ record: dead.recordId, state: 'completed' }, []],
    [{ order: '00000114' }, ['completed']],
    [{ order: '114' }, []],
    [{ whmcsOrder: '501' }, ['completed']],
    [{ whmcsOrder: '501', record: dead.recordId }, []],
    [{ source: 'sweep' }, ['swept']],
    [{ source: 'outbound-message' }, ['foreign', 'open', 'ignored', 'dead', 'completed']],
    [{ source: 'sweep', state: 'dead' }, []],
    [{ priority: 'critical' }, ['open']],
    [{ priority: 'normal', state: 'pending' }, ['swept', 'foreign']],
    [{ organization: OTHER }, ['foreign']],
    [{ text: 'no 100%' }, ['dead']],
    [{ text: 'NO 100% ITEMS' }, ['dead']],
    [{ text: '%' }, ['dead']],
    [{ text: 'größe & söhne' }, ['completed']],
    [{ text: 'öle' }, ['completed']],
    [{ text: 'GRÖSSE' }, []],
    [{ text: 'SÖHNE' }, ['completed']],
    [{ text: 'Ö' }, ['completed']],
    [{ text: 'söhne', state: 'dead' }, []],
    [{ text: 'draft' }, ['ignored']],
    [{ text: 'nowhere' }, []],
    [{ since: new Date(Date.now() - 60_000), until: new Date(Date.now() + 60_000), state: 'dead' }, ['dead']],
    [{ until: new Date(Date.now() - 60_000) }, []],
    [{ since: new Date(Date.now() + 60_000) }, []],
    [
      { record: completed.recordId, order: '00000114', whmcsOrder: '501', step: 'write_back', text: 'ltd' },
      ['completed'],
    ],
  ]
  for (const [filter, expected] of cases) t.same(await find(filter), expected, JSON.stringify(filter))
})

t.test('find_notifications refuses a filter that it does not know', async (t) => {
  const { bench, find } = await setUp(t)
  await t.rejects(find({ stat: 'dead' }), { code: '22023', message: /^there is no filter stat: use state, step/ })
  await t.rejects(find({ state: 'Dead' }), { code: '22P02' })
  await t.rejects(
    bench.rows(`select * from ledger.find_notifications('{"record": "x'' or true --"}') limit 1; select 1/0`),
  )
  t.same(await find({ record: "x' or true --" }), [])
})

/** The names of all that fit, one page of two after the other. */
async function paged(bench: Bench, filter: ListFilter, sort: string): Promise<string[]> {
  const seen: string[] = []
  let before: Parameters<typeof listWhere>[2]['before']
  for (;;) {
    const page = await listWhere(bench.pool, filter, { most: 2, sort, before })
    seen.push(...page.map((row) => row.notification_id))
    const last = page.at(-1)
    if (last === undefined) return seen
    before = { microseconds: last.place_us, notificationId: last.notification_id }
  }
}

t.test('find_notifications is in the order that is asked for, page after page, in both directions', async (t) => {
  const bench = await createBench(t)
  const worker = bench.worker('w1')
  const record = async (many: number) => {
    const made = Array.from({ length: many }, () => notification())
    await bench.recordEach(made)
    return made
  }
  await record(3)
  await pass(worker, 'callback', { kind: 'bury' })
  const [kept] = await record(3)
  await pass(worker, 'callback', { kind: 'complete' })
  await record(1)
  await pass(worker, 'callback', { kind: 'advance', step: 'provision', whmcsClientId: '7' })
  await record(3)
  await bench.record({ ...message([notification()]), priority: 'critical' })
  const [leased] = await worker.claim('callback', 1)
  // It waits behind the lease.
  await bench.recordEach([notification({ recordId: leased?.recordId ?? '' })])
  // Times that are in no order of arrival, and twice the same.
  await bench.rows(
    "update ledger.work set due_at = '2026-01-01'::timestamptz - interval '1 hour' * (ascii(right(record_id, 4)) % 3)",
  )
  await bench.rows(
    "update ledger.outcome set finalized_at = '2026-01-01'::timestamptz - interval '1 hour' * (ascii(right(notification_id, 4)) % 2)",
  )
  await bench.rows('update ledger.outcome set finalized_at = now() where notification_id = $1', [kept?.notificationId])

  const cases: [ListFilter, string, string][] = [
    [{}, 'receivedAt', 'received_at'],
    [{ state: 'dead' }, 'receivedAt', 'received_at'],
    [{ state: 'pending' }, 'nextAttemptAt', 'next_attempt_at'],
    [{ state: 'pending', step: 'provision' }, 'nextAttemptAt', 'next_attempt_at'],
    [{ state: 'pending', priority: 'critical' }, 'nextAttemptAt', 'next_attempt_at'],
    [{ state: 'working' }, 'nextAttemptAt', 'next_attempt_at'],
    [{ state: 'completed' }, 'finalizedAt', 'finalized_at'],
    [{ state: 'dead' }, 'finalizedAt', 'finalized_at'],
    [{ state: 'dead', code: 'UNKNOWN', step: 'callback', organization: ORGANIZATION }, 'finalizedAt', 'finalized_at'],
    [{ state: 'dead', code: 'NOBODY' }, 'finalizedAt', 'finalized_at'],
  ]
  for (const [filter, sort, column] of cases) {
    const those = (await listWhere(bench.pool, filter, { most: 50 })).map((row) => row.notification_id)
    const inOrder = await bench.rows(
      `select notification_id from ledger.overview where notification_id = any ($1) order by ${column}, notification_id`,
      [those],
    )
    const expected = inOrder.map(({ notification_id: id }) => id)
    const title = `${JSON.stringify(filter)} by ${sort}`
    t.same(await paged(bench, filter, sort), expected, title)
    t.same(await paged(bench, filter, `-${sort}`), expected.toReversed(), `${title}, from the latest on`)
  }
  t.equal((await paged(bench, { state: 'pending' }, 'nextAttemptAt')).length, 5, 'what waits behind a lease, too')
})

t.test('find_notifications refuses an order that it does not know, and one that no index carries', async (t) => {
  const bench = await createBench(t)
  const find = (filter: ListFilter, sort: string) => listWhere(bench.pool, filter, { most: 1, sort })
  for (const sort of ['', 'error_code', '--receivedAt', 'receivedAt; select 1/0', 'received_at'])
    await t.rejects(find({}, sort), { code: '22023', message: /^there is no order/ }, sort)
  await t.rejects(find({}, 'nextAttemptAt'), { code: '22023', message: /pending and working/ })
  await t.rejects(find({ state: 'dead' }, '-nextAttemptAt'), { code: '22023' })
  await t.rejects(find({ state: 'ignored' }, 'finalizedAt'), { code: '22023', message: /completed and dead/ })
})

t.test('find_notifications goes on where the page before ended, to the microsecond', async (t) => {
  const bench = await createBench(t)
  await bench.recordEach(Array.from({ length: 5 }, () => notification()))
  // All within one millisecond.
  await bench.rows(`update ledger.notification n set received_at = '2026-01-02T03:04:05.678000Z'::timestamptz + x.i * interval '1 microsecond'
    from (select notification_id, (row_number() over (order by notification_id) / 2)::integer as i from ledger.notification) as x
    where x.notification_id = n.notification_id`)
  const whole = await listWhere(bench.pool, {}, { most: 50 })
  const paged: string[] = []
  let before: Parameters<typeof listWhere>[2]['before']
  for (;;) {
    const [one] = await listWhere(bench.pool, {}, { most: 1, before })
    if (one === undefined) break
    paged.push(one.notification_id)
    before = { microseconds: one.place_us, notificationId: one.notification_id }
  }
  t.same(
    paged,
    whole.map((row) => row.notification_id),
  )
  t.equal(paged.length, 5)
})

t.test('countThose counts what fits', async (t) => {
  const { bench } = await setUp(t)
  t.equal(await countThose(bench.pool, { state: 'pending' }), 3)
  t.equal(await countThose(bench.pool, { code: 'NOBODY' }), 0)
})
