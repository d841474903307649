import t, { type Test } from 'tap'
import { createTasks } from '../../../src/ledger/people/tasks.ts'
import { createIntents } from '../../../src/ledger/work/intents.ts'
import { type Bench, createBench, pass, sqlState } from '../../helpers/ledger.ts'
import { createLogin } from '../../helpers/logins.ts'
import {
  deletedNotification,
  message,
  newOrderId,
  notification,
  ORGANIZATION,
  provisionRequest,
} from '../../helpers/messages.ts'
import { connected } from '../../helpers/spare.ts'

const BY = { reason: 'the product is mapped', by: { name: 'anna', via: 'api', tokenId: 't1' }, priority: 'batch' }
const STATES = 'select state::text, count(*)::integer as count from ledger.overview group by 1 order by 2'

async function setUp(t: Test, dead: number) {
  const bench = await createBench(t)
  await bench.record(message(Array.from({ length: dead }, () => notification())))
  await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
  return { bench, tasks: createTasks(bench.pool) }
}

t.test('a replay of many is worked on in chunks, with one row of audit for each', async (t) => {
  const { bench, tasks } = await setUp(t, 5)
  const id = await tasks.startReplay({ filter: { code: 'UNKNOWN' }, ...BY })
  t.match(await tasks.find(id), { state: 'waiting', total: 5, done: 0, requested_by: 'anna', reason: BY.reason })
  t.equal(await tasks.workReplays(2), true)
  t.match(await tasks.find(id), { state: 'running', done: 2, finished_at: undefined })
  while (await tasks.workReplays(2));
  t.match(await tasks.find(id), { state: 'completed', done: 5, skipped: 0, failed: 0, finished_at: Date, errors: [] })
  t.same(await bench.rows(STATES), [{ state: 'pending', count: 5 }])
  const acts = await bench.rows('select * from ledger.audit')
  t.equal(acts.length, 5)
  const act = { act: 'replay', actor: 'anna', via: 'api', token_id: 't1', reason: BY.reason, notification_id: String }
  for (const one of acts)
    t.match(one, { ...act, detail: { fromState: 'dead', taskId: Number(id), startedBy: 'soapstone' } })
  t.equal(await bench.value("select count(*)::integer from ledger.work where priority = 'batch'"), 5)
})

t.test('a replay of many means dead letters, unless it says otherwise', async (t) => {
  const { bench, tasks } = await setUp(t, 1)
  await bench.record(message([notification()]))
  await pass(bench.worker('w1'), 'callback', { kind: 'complete' })
  t.match(await tasks.find(await tasks.startReplay({ filter: {}, ...BY })), { total: 1 })
  t.match(await tasks.find(await tasks.startReplay({ filter: { state: 'completed' }, ...BY })), { total: 1 })
  await t.rejects(tasks.startReplay({ filter: { cod: 'X' }, ...BY }), { code: '22023' })
  await t.rejects(tasks.startReplay({ filter: {}, ...BY, reason: ' ' }), { code: '23514' })
})

t.test('a replay of many visits each once: what dies again is not replayed again', async (t) => {
  const { bench, tasks } = await setUp(t, 3)
  const id = await tasks.startReplay({ filter: {}, ...BY })
  while (await tasks.workReplays(1)) await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
  t.match(await tasks.find(id), { state: 'completed', done: 3, skipped: 0 })
  t.equal(await bench.value('select count(*)::integer from ledger.audit'), 3)
})

t.test('a replay of many passes by what can not be replayed, and says why', async (t) => {
  const { bench, tasks } = await setUp(t, 0)
  await bench.record(message([deletedNotification()]))
  const id = await tasks.startReplay({ filter: { state: 'ignored' }, ...BY })
  while (await tasks.workReplays(10));
  t.match(await tasks.find(id), { state: 'completed', done: 0, skipped: 1, errors: [{ message: /names no record/ }] })
})

t.test('of two that work on one task one leaves it to the other; nothing is done twice', async (t) => {
  const { bench, tasks } = await setUp(t, 40)
  const id = await tasks.startReplay({ filter: {}, ...BY })
  while (['waiting', 'running'].includes((await tasks.find(id))?.state ?? '')) {
    await Promise.all([1, 2, 3].map(() => tasks.workReplays(7)))
  }
  t.match(await tasks.find(id), { state: 'completed', done: 40, skipped: 0 })
  t.equal(await bench.value('select count(*)::integer from ledger.audit'), 40)
})

t.test('a task goes on after the process that had it has died in the middle of a chunk', async (t) => {
  const { bench, tasks } = await setUp(t, 4)
  const id = await tasks.startReplay({ filter: {}, ...BY })
  const dying = await bench.pool.connect()
  await dying.query('begin')
  await createTasks(dying).workReplays(2)
  t.equal(await tasks.workReplays(2), false, 'it is in hand')
  dying.release('destroy')
  while ((await tasks.find(id))?.state !== 'completed') await tasks.workReplays(2)
  t.match(await tasks.find(id), { done: 4 })
})

t.test('a task is cancelled once, and what it has done stays done', async (t) => {
  const { bench, tasks } = await setUp(t, 3)
  const id = await tasks.startReplay({ filter: {}, ...BY })
  await tasks.workReplays(1)
  await tasks.cancel(id, BY.by)
  t.equal(await tasks.workReplays(1), false)
  t.match(await tasks.find(id), { state: 'cancelled', done: 1, finished_at: Date })
  t.equal(await tasks.cancel(id, BY.by).catch(sqlState), '55000')
  t.equal(await tasks.cancel('999999', BY.by).catch(sqlState), 'P0002')
  t.same(await bench.rows(STATES), [
    { state: 'pending', count: 1 },
    { state: 'dead', count: 2 },
  ])
})

t.test('replay_where replays at once what fits, for an operator at psql', async (t) => {
  const { bench } = await setUp(t, 3)
  await connected(await createLogin(t, bench.url, 'ledger_operator'), async (psql) => {
    const where = (more: string) =>
      psql.query(`select * from ledger.replay_where('{"code": "UNKNOWN"}', 'mended'${more})`)
    t.match((await where(', true')).rows, [{ replayed: 3, skipped: 0, for_example: [String, String, String] }])
    t.equal(await bench.value('select count(*)::integer from ledger.audit'), 0, 'a dry run changes nothing')
    t.match((await where('')).rows, [{ replayed: 3, skipped: 0 }])
  })
  const acts = await bench.rows('select act, actor, login, via, reason from ledger.audit')
  t.match(
    acts,
    [1, 2, 3].map(() => ({ act: 'replay', actor: /^ledger_operator_/, via: 'sql', reason: 'mended' })),
  )
})

t.test(
  'resolve in SQL refuses at once what can not be so, and leaves the rest to a worker that asks WHMCS',
  async (t) => {
    const bench = await createBench(t)
    const one = await unknownOrder(bench)
    const settled = await unknownOrder(bench)
    await createIntents(bench.pool).recordOrder(ORGANIZATION, provisionRequest(settled.recordId), {
      whmcsOrderId: '600',
      adopted: false,
    })
    const resolve = (id: string, whmcsOrder: string | null) =>
      bench.value('select ledger.resolve($1, $2, $3, $4)', [ORGANIZATION, id, whmcsOrder, 'seen in WHMCS'])
    await t.rejects(resolve(one.notificationId, 'x'), { message: /is not the id of a WHMCS order/ })
    await t.rejects(resolve(one.notificationId, '600'), { message: /WHMCS order 600 belongs to another order/ })
    await t.rejects(resolve(settled.notificationId, '601'), { message: /no AddOrder with an unknown outcome/ })
    await t.rejects(resolve(newOrderId(), '601'), { code: 'P0002' })
    const id = String(await resolve(one.notificationId, '601'))
    const tasks = createTasks(bench.pool)
    t.match(await tasks.find(id), { kind: 'resolve', state: 'waiting', priority: 'critical', total: 1 })
    t.match(await tasks.claimResolve('w1', 60), {
      task_id: id,
      notification_id: one.notificationId,
      whmcs_order_id: '601',
    })
    t.equal(await tasks.claimResolve('w2', 60), undefined, 'it is in hand')
    await bench.rows("update ledger.task set lease_until = now() - interval '1 second'")
    t.match(await tasks.claimResolve('w2', 60), { task_id: id }, 'its worker has died')
    await tasks.finishResolve('w1', id, undefined)
    t.match(await tasks.find(id), { state: 'running' }, 'not by who has lost it')
    await tasks.finishResolve('w2', id, 'nothing was changed. WHMCS order 601 belongs to client 7.')
    t.match(await tasks.find(id), { state: 'failed', done: 0, failed: 1, errors: [{ message: /belongs to client 7/ }] })
    const again = String(await resolve(one.notificationId, '602'))
    await tasks.claimResolve('w2', 60)
    await tasks.finishResolve('w2', again, undefined)
    const finished = await tasks.find(again)
    t.match(finished, { state: 'completed', done: 1, failed: 0 })
    t.same(finished?.errors, [])
  },
)

async function unknownOrder(bench: Bench) {
  const recordId = newOrderId()
  const one = notification({ recordId })
  await bench.recordEach([one])
  await createIntents(bench.pool).intend(ORGANIZATION, provisionRequest(recordId), {
    priorOrderIds: [],
    sends: 0,
    looksNeeded: 2,
  })
  await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
  return { recordId, notificationId: one.notificationId }
}
