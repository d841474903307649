/** A dead letter ends when a later notification of its record completes. */
import t, { type Test } from 'tap'
import { replay } from '../../../src/ledger/people/acts.ts'
import { type Bench, createBench, pass, settleAll } from '../../helpers/ledger.ts'
import { newOrderId, notification, ORGANIZATION } from '../../helpers/messages.ts'

const STATES = 'select notification_id, state::text, superseded_by from ledger.overview order by received_at'
const BURY = { kind: 'bury' } as const
const COMPLETE = { kind: 'complete' } as const

async function setUp(t: Test) {
  const bench = await createBench(t)
  const recordId = newOrderId()
  const ids = ['', '', ''].map(() => notification({ recordId }))
  return { bench, ids, recordId }
}

async function bury(bench: Bench, ...notifications: ReturnType<typeof notification>[]) {
  for (const one of notifications) {
    await bench.recordEach([one])
    await pass(bench.worker('w1'), 'callback', BURY)
  }
}

t.test('finish supersedes the older dead letters of a record that completes, and no other', async (t) => {
  const { bench, ids } = await setUp(t)
  const [first, second, third] = ids
  if (!first || !second || !third) throw new Error('three')
  const stranger = notification()
  await bury(bench, first, second, stranger)
  await bench.recordEach([third])
  await pass(bench.worker('w1'), 'callback', COMPLETE)
  t.same(await bench.rows(STATES), [
    { notification_id: first.notificationId, state: 'superseded', superseded_by: third.notificationId },
    { notification_id: second.notificationId, state: 'superseded', superseded_by: third.notificationId },
    { notification_id: stranger.notificationId, state: 'dead', superseded_by: null },
    { notification_id: third.notificationId, state: 'completed', superseded_by: null },
  ])
})

t.test('finish leaves dead letters alone when the later one is ignored or dies', async (t) => {
  for (const end of [BURY, { kind: 'ignore', code: 'NOT_ELIGIBLE', message: 'Draft' }] as const) {
    const { bench, ids } = await setUp(t)
    await bury(bench, ...ids.slice(0, 1))
    await bench.recordEach(ids.slice(1, 2))
    await pass(bench.worker('w1'), 'callback', end)
    t.match(await bench.rows(STATES), [{ state: 'dead' }, { state: end.kind === 'bury' ? 'dead' : 'ignored' }])
  }
})

t.test('finish leaves alone what died later than what completes', async (t) => {
  const { bench, ids } = await setUp(t)
  const [first, second] = ids
  if (!first || !second) throw new Error('two')
  await bury(bench, first, second)
  const by = { reason: 'mended', by: { name: 'anna', via: 'cli' } }
  await replay(bench.pool, { organizationId: ORGANIZATION, notificationId: first.notificationId, ...by })
  await pass(bench.worker('w1'), 'callback', COMPLETE)
  t.match(await bench.rows(STATES), [{ state: 'completed' }, { state: 'dead' }])
})

t.test('finish does not wait for a dead letter that somebody has in hand', async (t) => {
  const { bench, ids } = await setUp(t)
  await bury(bench, ...ids.slice(0, 1))
  await bench.recordEach(ids.slice(1, 2))
  const worker = bench.worker('w1')
  const items = await worker.claim('callback', 1)
  const somebody = await bench.pool.connect()
  await somebody.query('begin; select from ledger.outcome for update')
  t.same(await settleAll(worker, 'callback', items, COMPLETE), [])
  await somebody.query('rollback')
  somebody.release()
  t.match(await bench.rows(STATES), [{ state: 'dead' }, { state: 'completed' }])
})
