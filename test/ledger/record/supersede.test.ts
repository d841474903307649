/** A record has one row in the queue: the newest notification takes it over as it arrives, or waits for its turn. */
import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import { hasSqlState, LOOKS_UP_BY_KEY, ONE_PLAN, openPool } from '../../../src/ledger/postgres/pool.ts'
import type { Runner } from '../../../src/ledger/postgres/query.ts'
import { createRecorder } from '../../../src/ledger/record/recorder.ts'
import { createBench, createWorker, pass, settleAll } from '../../helpers/ledger.ts'
import { message, newNotificationId, newOrderId, notification } from '../../helpers/messages.ts'

const ROWS = 'select * from ledger.overview order by received_at, notification_id'

t.test('record supersedes what waits: the newer begins at callback, at once, with a fresh budget', async (t) => {
  const bench = await createBench(t)
  const recordId = newOrderId()
  const [older, newer] = [notification({ recordId }), notification({ recordId })]
  await bench.recordEach([older])
  const worker = bench.worker('w1')
  await pass(worker, 'callback', { kind: 'advance', step: 'provision', whmcsClientId: '7' })
  await pass(worker, 'provision', { kind: 'fail', failure: new Failure('WHMCS_UNREACHABLE') })
  t.match(await bench.rows(ROWS), [{ state: 'pending', step: 'provision', attempts: 1 }])
  await bench.recordEach([newer])
  t.match(await bench.rows(ROWS), [
    { notification_id: older.notificationId, state: 'superseded', superseded_by: newer.notificationId },
    { notification_id: newer.notificationId, state: 'pending', step: 'callback', attempts: 0, error_code: null },
  ])
  t.match(await worker.claim('callback', 9), [{ notificationId: newer.notificationId, leaseNo: 1, attempts: 0 }])
})

t.test('record takes the last of several of one record in a message, and supersedes the others by it', async (t) => {
  const bench = await createBench(t)
  const recordId = newOrderId()
  const ids = [newNotificationId(), newNotificationId(), newNotificationId()]
  await bench.record(message(ids.toReversed().map((notificationId) => notification({ notificationId, recordId }))))
  t.match(await bench.rows(ROWS), [
    { state: 'superseded', superseded_by: ids[2] },
    { state: 'superseded', superseded_by: ids[2] },
    { notification_id: ids[2], state: 'pending' },
  ])
})

t.test('record lets the newer wait while a worker has the record; of several only the last', async (t) => {
  const bench = await createBench(t)
  const recordId = newOrderId()
  const [first, second, third] = [1, 2, 3].map(() => notification({ recordId }))
  if (!first || !second || !third) throw new Error('three were made')
  await bench.recordEach([first])
  const items = await bench.worker('w1').claim('callback', 1)
  await bench.recordEach([second, third])
  t.match(await bench.rows(ROWS), [
    { notification_id: first.notificationId, state: 'working', lease_holder: 'w1' },
    { notification_id: second.notificationId, state: 'superseded', superseded_by: third.notificationId },
    { notification_id: third.notificationId, state: 'pending', step: 'callback', lease_holder: null },
  ])
  t.match(await bench.rows('select * from ledger.inbox order by received_at'), [{}, { state: 'pending' }])
  t.same(await bench.worker('w1').renew(items), [], 'the lease is not touched')
})

t.test('settle starts over with the one that waits; the older ends, or is superseded', async (t) => {
  for (const [outcome, state] of [
    [{ kind: 'complete' }, 'completed'],
    [{ kind: 'bury' }, 'dead'],
    [{ kind: 'advance', step: 'provision', whmcsClientId: '7' }, 'superseded'],
    [{ kind: 'fail', failure: new Failure('SALESFORCE_ROW_LOCKED') }, 'superseded'],
  ] as const) {
    const bench = await createBench(t)
    const recordId = newOrderId()
    const [first, next] = [notification({ recordId }), notification({ recordId })]
    await bench.recordEach([first])
    const worker = bench.worker('w1')
    const items = await worker.claim('callback', 1)
    await bench.recordEach([next])
    t.same(await settleAll(worker, 'callback', items, outcome), [])
    const supersededBy = state === 'superseded' ? next.notificationId : null
    t.match(await bench.rows(ROWS), [
      { notification_id: first.notificationId, state, superseded_by: supersededBy },
      { notification_id: next.notificationId, state: 'pending', step: 'callback', attempts: 0, error_code: null },
    ])
    t.match(await worker.claim('callback', 1), [{ notificationId: next.notificationId, leaseNo: 1 }], 'due at once')
  }
})

t.test('release and rescue start over with the one that waits, and free the client', async (t) => {
  for (const how of ['release', 'rescue'] as const) {
    const bench = await createBench(t)
    const recordId = newOrderId()
    const [first, next] = [notification({ recordId }), notification({ recordId })]
    await bench.recordEach([first])
    const worker = bench.worker('w1')
    await pass(worker, 'callback', { kind: 'advance', step: 'provision', whmcsClientId: '7' })
    const items = await worker.claim('provision', 1)
    await bench.recordEach([next])
    if (how === 'release') await worker.release(items)
    else {
      await bench.rows("update ledger.work set lease_until = now() - interval '1 second'")
      t.match(await bench.worker('w2').rescue(), [{ worker: 'w1', notificationId: first.notificationId }])
    }
    t.match(await bench.rows(ROWS), [
      { notification_id: first.notificationId, state: 'superseded', superseded_by: next.notificationId },
      { notification_id: next.notificationId, state: 'pending', step: 'callback' },
    ])
    t.same(await bench.rows('select * from ledger.client_lease'), [])
    const arrived = 'select received_at from ledger.notification where notification_id = $1'
    t.same(
      await bench.value('select received_at from ledger.work'),
      await bench.value(arrived, [next.notificationId]),
      'it has waited since it came itself',
    )
    t.match(await worker.claim('callback', 1), [{ notificationId: next.notificationId, leaseNo: 1 }])
  }
})

t.test('record, claim and settle of the same records at the same time neither deadlock nor lose one', async (t) => {
  const bench = await createBench(t)
  const records = Array.from({ length: 12 }, newOrderId)
  const refused: unknown[] = []
  const deadlocks: unknown[] = []
  // The order in which a statement locks rows is that of its plan: so with the settings that the service has.
  const runnerWith = (settings: string): Runner => {
    const pool = openPool({ url: bench.url, connections: 4, name: 'test', settings, onError: () => {} })
    t.teardown(() => pool.end())
    return {
      query: (statement) =>
        pool.query(statement).catch((error: unknown) => {
          if (hasSqlState(error, '40P01')) deadlocks.push(error)
          throw error
        }),
    }
  }
  const [forRecorders, forWorkers] = [runnerWith(ONE_PLAN), runnerWith(LOOKS_UP_BY_KEY)]
  const recorders = [1, 2, 3].map(() =>
    createRecorder({ runner: forRecorders, onRefused: (error) => refused.push(error) }),
  )
  const workers = ['w1', 'w2', 'w3'].map((name) => createWorker(forWorkers, name))
  for (let round = 0; round < 10; round++) {
    const shuffled = round % 2 === 0 ? records : records.toReversed()
    await Promise.all([
      ...recorders.map((recorder) => recorder.record(message(shuffled.map((recordId) => notification({ recordId }))))),
      ...workers.map(async (worker) => {
        const items = await worker.claim('callback', 5)
        await settleAll(worker, 'callback', items, { kind: 'complete' })
      }),
    ])
  }
  t.same(refused, [])
  t.same(deadlocks, [])
  for (const worker of workers) while ((await pass(worker, 'callback', { kind: 'complete' })).length > 0);
  t.same(await bench.rows('select state::text, count(*)::integer from ledger.overview group by 1 order by 1'), [
    ...(await bench.rows(
      "select 'completed' as state, count(*)::integer from ledger.outcome where state = 'completed'",
    )),
    ...(await bench.rows(
      "select 'superseded' as state, count(*)::integer from ledger.outcome where state = 'superseded'",
    )),
  ])
  t.equal(await bench.value('select count(*)::integer from ledger.outcome'), 360)
})
