import t, { type Test } from 'tap'
import { dismiss, replay } from '../../../src/ledger/people/acts.ts'
import { type Bench, createBench, pass, sqlState } from '../../helpers/ledger.ts'
import { newNotificationId, newOrderId, notification, ORGANIZATION } from '../../helpers/messages.ts'

const BY = { reason: 'the customer has cancelled', by: { name: 'anna', via: 'cli' } }
const ONE = 'select state::text, error_code from ledger.overview'

async function setUp(t: Test): Promise<{ bench: Bench; request: Parameters<typeof dismiss>[1] }> {
  const bench = await createBench(t)
  const one = notification()
  await bench.recordEach([one])
  return { bench, request: { organizationId: ORGANIZATION, notificationId: one.notificationId, ...BY } }
}

t.test('dismiss puts a dead letter aside, keeps its error, and writes down who and why', async (t) => {
  const { bench, request } = await setUp(t)
  await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
  await dismiss(bench.pool, request)
  t.same(await bench.rows(ONE), [{ state: 'dismissed', error_code: 'UNKNOWN' }])
  t.match(await bench.rows('select * from ledger.audit'), [
    { act: 'dismiss', actor: 'anna', login: 'soapstone', via: 'cli', reason: BY.reason, detail: { code: 'UNKNOWN' } },
  ])
  t.same(await bench.rows('select * from ledger.dead_letters'), [])
})

t.test('dismiss takes nothing but a dead letter', async (t) => {
  const { bench, request } = await setUp(t)
  await t.rejects(dismiss(bench.pool, request), { code: '55000', message: /is pending: only dead letters/ })
  await pass(bench.worker('w1'), 'callback', { kind: 'complete' })
  await t.rejects(dismiss(bench.pool, request), { code: '55000', message: /is completed: only dead letters/ })
  await t.rejects(dismiss(bench.pool, { ...request, notificationId: newNotificationId() }), { code: 'P0002' })
  t.equal(await bench.value('select count(*) from ledger.audit'), '0')
})

t.test('dismiss wants a reason', async (t) => {
  const { bench, request } = await setUp(t)
  await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
  await t.rejects(dismiss(bench.pool, { ...request, reason: ' ' }), { code: '23514', constraint: 'reason_given' })
  t.same(await bench.rows(ONE), [{ state: 'dead', error_code: 'UNKNOWN' }])
})

t.test('dismiss by two people at the same time happens once', async (t) => {
  const { bench, request } = await setUp(t)
  await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
  const answers = await Promise.all([1, 2].map(() => dismiss(bench.pool, request).catch(sqlState)))
  t.same(new Set(answers), new Set([undefined, '55000']))
  t.equal(await bench.value('select count(*) from ledger.audit'), '1')
})

t.test('dismiss means the dead one where one id came with several records', async (t) => {
  const { bench, request } = await setUp(t)
  await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
  await bench.recordEach([notification({ notificationId: request.notificationId, recordId: newOrderId() })])
  await pass(bench.worker('w1'), 'callback', { kind: 'complete' })
  await dismiss(bench.pool, request)
  t.same(new Set((await bench.rows(ONE)).map(({ state }) => state)), new Set(['dismissed', 'completed']))
})

t.test('replay takes a dismissed one', async (t) => {
  const { bench, request } = await setUp(t)
  await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
  await dismiss(bench.pool, request)
  t.equal(await replay(bench.pool, request), 'callback')
  t.match(await bench.rows("select detail from ledger.audit where act = 'replay'"), [
    { detail: { fromState: 'dismissed' } },
  ])
})
