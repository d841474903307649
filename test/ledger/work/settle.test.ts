import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import type { WorkItem } from '../../../src/domain/notification.ts'
import { createIntents } from '../../../src/ledger/work/intents.ts'
import { type Bench, createBench, settleAll } from '../../helpers/ledger.ts'
import { notification, ORGANIZATION, provisionRequest } from '../../helpers/messages.ts'

const ATTEMPTS =
  'select attempt_no, step, worker, outcome, code from ledger.attempt order by notification_id, attempt_no'
const EXPIRE = `update ledger.work set lease_until = now() - interval '1 second' where lease_until is not null`

t.test('settle writes the state and the row of the attempt, and ends the lease', async (t) => {
  const bench = await createBench(t)
  const worker = bench.worker('w1')
  const items = await claimNew(bench, 'w1', 2)
  t.same(await settleAll(worker, 'callback', items.slice(0, 1), { kind: 'complete', whmcsOrderId: '501' }), [])
  const failure = new Failure('CLIENT_LINK_MISSING', { record: 'Account 001', detail: 'is empty' })
  t.same(await settleAll(worker, 'callback', items.slice(1), { kind: 'fail', failure }), [])
  t.match(await bench.rows('select * from ledger.overview order by received_at'), [
    { state: 'completed', lease_holder: null, lease_until: null, next_attempt_at: null, whmcs_order_id: '501' },
    {
      state: 'pending',
      step: 'write_back',
      lease_holder: null,
      error_code: 'CLIENT_LINK_MISSING',
      error_message: 'Account 001 is empty',
      finalized_at: null,
    },
  ])
  t.same(await bench.rows(ATTEMPTS), [
    { attempt_no: 1, step: 'callback', worker: 'w1', outcome: 'completed', code: null },
    { attempt_no: 1, step: 'callback', worker: 'w1', outcome: 'gave_up', code: 'CLIENT_LINK_MISSING' },
  ])
})

t.test('settle sets the next try by the clock of the database', async (t) => {
  const bench = await createBench(t)
  const items = await claimNew(bench, 'w1', 1)
  const failure = new Failure('SALESFORCE_ROW_LOCKED')
  await settleAll(bench.worker('w1'), 'callback', items, { kind: 'fail', failure })
  const due = `select state, n.attempts, next_attempt_at - a.finished_at <= interval '1 second' as in_a_second,
    next_attempt_at > leased.started_at as later
    from ledger.overview n join ledger.attempt a using (organization_id, notification_id)
    join ledger.attempt leased using (organization_id, notification_id)`
  t.same(await bench.rows(due), [{ state: 'pending', attempts: 1, in_a_second: true, later: true }])
})

t.test(
  'settle writes that an order is accepted in WHMCS, for the leases that are held and the orders that are there',
  async (t) => {
    const bench = await createBench(t)
    const items = await claimNew(bench, 'w1', 4)
    const [held, lost, sent, kept] = items.map(({ recordId }) => recordId)
    if (!held || !lost || !sent || !kept) throw new Error('four were expected')
    const intents = createIntents(bench.pool)
    for (const [i, orderId] of [held, lost, kept].entries()) {
      await intents.recordOrder(ORGANIZATION, provisionRequest(orderId), {
        whmcsOrderId: String(501 + i),
        adopted: false,
      })
    }
    await bench.accept(kept, { a: 'before' })
    await intents.intend(ORGANIZATION, provisionRequest(sent), { priorOrderIds: [], sends: 0, looksNeeded: 2 })
    await bench.rows(`${EXPIRE} and record_id = $1`, [lost])
    await bench.worker('w2').rescue()
    const serviceIds = { a: '1', b: 'it\'s \0 "2"' }
    const advance = { kind: 'advance', step: 'write_back', serviceIds } as const
    t.match(await settleAll(bench.worker('w1'), 'callback', items, advance), [{ recordId: lost }])
    t.same(
      await bench.rows(
        `select order_id, state::text, service_ids, coalesce(accepted_at between added_at and clock_timestamp(), false) as at
         from ledger.provisioning order by whmcs_order_id`,
      ),
      [
        { order_id: held, state: 'accepted', service_ids: { a: '1', b: `it's  "2"` }, at: true },
        { order_id: lost, state: 'added', service_ids: {}, at: false },
        { order_id: kept, state: 'accepted', service_ids: { a: 'before' }, at: true },
        { order_id: sent, state: 'sending', service_ids: {}, at: false },
      ],
    )
  },
)

t.test('settle forgets which orders the client had before, once its own is accepted', async (t) => {
  const bench = await createBench(t)
  const [item] = await claimNew(bench, 'w1', 1)
  if (!item) throw new Error('one was expected')
  const intents = createIntents(bench.pool)
  const request = provisionRequest(item.recordId)
  await intents.intend(ORGANIZATION, request, { priorOrderIds: ['7', '8'], sends: 0, looksNeeded: 2 })
  await intents.recordOrder(ORGANIZATION, request, { whmcsOrderId: '501', adopted: false })
  const prior = () => bench.value('select prior_order_ids from ledger.provisioning')
  t.same(await prior(), ['7', '8'])
  await settleAll(bench.worker('w1'), 'callback', [item], { kind: 'advance', step: 'write_back', serviceIds: {} })
  t.same(await prior(), [])
})

t.test('settle writes nothing for a lease that another worker has, and names the item', async (t) => {
  const bench = await createBench(t)
  const [mine, lost] = await claimNew(bench, 'w1', 2)
  if (!mine || !lost) throw new Error('two were expected')
  await bench.rows(`${EXPIRE} and notification_id = $1`, [lost.notificationId])
  await bench.worker('w2').rescue()
  await bench.worker('w2').claim('callback', 1)
  t.same(await settleAll(bench.worker('w1'), 'callback', [mine, lost], { kind: 'complete' }), [lost])
  t.match(await bench.rows('select state, lease_holder from ledger.overview order by received_at'), [
    { state: 'completed' },
    { state: 'working', lease_holder: 'w2' },
  ])
})

/** What is final is written by another statement than what goes on. */
const OUTCOMES = [{ kind: 'complete' }, { kind: 'advance', step: 'write_back' }] as const

t.test('settle refuses a lease number that is not the current one, of the same worker too', async (t) => {
  const bench = await createBench(t)
  const [item] = await claimNew(bench, 'w1', 1)
  if (!item) throw new Error('one was expected')
  await bench.rows(EXPIRE)
  const worker = bench.worker('w1')
  await worker.rescue()
  const [again] = await worker.claim('callback', 1)
  t.equal(again?.leaseNo, 2)
  for (const outcome of OUTCOMES) t.same(await settleAll(worker, 'callback', [item], outcome), [item], outcome.kind)
  t.equal(await bench.value('select state::text from ledger.overview'), 'working')
})

t.test('settle refuses an item that stands at another step', async (t) => {
  const bench = await createBench(t)
  const items = await claimNew(bench, 'w1', 1)
  for (const outcome of OUTCOMES) {
    t.same(await settleAll(bench.worker('w1'), 'provision', items, outcome), items, outcome.kind)
  }
})

t.test('settle twice writes once', async (t) => {
  const bench = await createBench(t)
  const items = await claimNew(bench, 'w1', 1)
  const worker = bench.worker('w1')
  const both = await Promise.all([1, 2].map(() => settleAll(worker, 'callback', items, { kind: 'complete' })))
  t.equal(both.flat().length, 1, 'one of them is told that it holds nothing')
  t.equal((await bench.rows(ATTEMPTS)).length, 1)
})

t.test('settle stores an error text with a NUL: one such answer must not hold up the batch', async (t) => {
  const bench = await createBench(t)
  const items = await claimNew(bench, 'w1', 2)
  const failure = new Failure('WHMCS_ORDER_REFUSED', { detail: 'a\0b' })
  t.same(await settleAll(bench.worker('w1'), 'callback', items, { kind: 'fail', failure }), [])
  t.same(await bench.rows('select distinct error_message from ledger.overview'), [{ error_message: 'ab' }])
  t.same(await bench.rows('select distinct message from ledger.attempt'), [{ message: 'ab' }])
})

t.test('renew prolongs what is held and names what is lost', async (t) => {
  const bench = await createBench(t)
  const [held, lost] = await claimNew(bench, 'w1', 2)
  if (!held || !lost) throw new Error('two were expected')
  await bench.rows(`update ledger.work set lease_until = now() + interval '1 second'`)
  await bench.rows(`${EXPIRE} and notification_id = $1`, [lost.notificationId])
  await bench.worker('w2').rescue()
  t.same(await bench.worker('w1').renew([held, lost]), [lost])
  const left = `select lease_until > now() + interval '20 seconds' from ledger.work where lease_until is not null`
  t.equal(await bench.value(left), true)
  t.same(await bench.worker('w2').renew([held]), [held], 'another worker can not')
})

t.test('rescue puts expired leases back, and only those', async (t) => {
  const bench = await createBench(t)
  const [expired, alive] = await claimNew(bench, 'w1', 2)
  await bench.rows(`${EXPIRE} and notification_id = $1`, [expired?.notificationId])
  const rescuer = bench.worker('w2')
  t.same(await rescuer.rescue(), [{ worker: 'w1', notificationId: expired?.notificationId }])
  t.same(await rescuer.rescue(), [])
  t.match(await bench.rows('select * from ledger.overview order by received_at'), [
    { state: 'pending', lease_holder: null, attempts: 0, notification_id: expired?.notificationId },
    { state: 'working', lease_holder: 'w1', notification_id: alive?.notificationId },
  ])
  t.same(await bench.rows(ATTEMPTS), [{ attempt_no: 1, step: 'callback', worker: 'w1', outcome: 'lost', code: null }])
  t.match(await rescuer.claim('callback', 1), [{ notificationId: expired?.notificationId, leaseNo: 2 }], 'due at once')
})

t.test('rescue by several at once puts each back once', async (t) => {
  const bench = await createBench(t)
  await claimNew(bench, 'w1', 20)
  await bench.rows(EXPIRE)
  const rescued = await Promise.all(['a', 'b', 'c', 'd'].map((name) => bench.worker(name).rescue()))
  t.equal(rescued.flat().length, 20)
  t.equal((await bench.rows(ATTEMPTS)).length, 20)
})

t.test('release gives back what is held, due at once and without burning an attempt', async (t) => {
  const bench = await createBench(t)
  const items = await claimNew(bench, 'w1', 2)
  await bench.worker('w2').release(items)
  t.same(await bench.rows('select distinct state::text from ledger.overview'), [{ state: 'working' }], 'not by others')
  await bench.worker('w1').release(items)
  t.match(await bench.rows('select * from ledger.overview'), [
    { state: 'pending', attempts: 0 },
    { state: 'pending', attempts: 0 },
  ])
  t.match(await bench.rows(ATTEMPTS), [{ outcome: 'released' }, { outcome: 'released' }])
  t.same((await bench.worker('w2').claim('callback', 2)).length, 2)
})

t.test('rescue and release put records back in their place, before what came later', async (t) => {
  for (const how of ['rescue', 'release'] as const) {
    const bench = await createBench(t)
    const [first] = await claimNew(bench, 'w1', 1)
    await bench.recordEach([notification(), notification()])
    if (how === 'rescue') {
      await bench.rows(EXPIRE)
      await bench.worker('w2').rescue()
    } else await bench.worker('w1').release(first ? [first] : [])
    t.match(await bench.worker('w2').claim('callback', 1), [{ notificationId: first?.notificationId }], how)
  }
})

/** Records so many, and claims them for the worker. */
async function claimNew(bench: Bench, worker: string, count: number): Promise<WorkItem[]> {
  await bench.recordEach(Array.from({ length: count }, () => notification()))
  return bench.worker(worker).claim('callback', count)
}
