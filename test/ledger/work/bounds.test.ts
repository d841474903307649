import t from 'tap'
import { createBounds } from '../../../src/ledger/work/bounds.ts'
import { createQueue } from '../../../src/ledger/work/queue.ts'
import { counting, createBench } from '../../helpers/ledger.ts'
import { notification, ORGANIZATION } from '../../helpers/messages.ts'

const BACK = (time: string) => `update ledger.work set due_at = due_at - interval '${time}'`

t.test('claims look a little further back than the oldest, and ask for all that is due twice a minute', async (t) => {
  const bench = await createBench(t)
  let time = 0
  const runner = counting(bench.pool)
  const queue = createQueue({ runner, worker: 'w', organizationId: ORGANIZATION, leaseSeconds: 30, now: () => time })
  t.same(await queue.claim('callback', 9), [])
  t.same(runner.names, ['due-bounds', 'claim'], 'asked before the first claim')
  await bench.recordEach([notification()])
  await bench.rows(BACK('10 seconds'))
  t.equal((await queue.claim('callback', 9)).length, 1, 'within the slack')
  await bench.recordEach([notification()])
  await bench.rows(`${BACK('3 minutes')} where lease_until is null`)
  for (time of [4_999, 5_000, 25_000]) t.same(await queue.claim('callback', 9), [], 'below the bound')
  t.equal(await queue.backlog('callback', 9), 0)
  t.equal(
    runner.names.filter((name) => name === 'due-bounds').length,
    3,
    'each five seconds it is looked from the bound on',
  )
  time = 30_000
  t.equal(await queue.backlog('callback', 9), 1)
  t.equal((await queue.claim('callback', 9)).length, 1, 'found when all is looked at again')
})

t.test('a bound follows the clock, but for what waits', async (t) => {
  const bench = await createBench(t)
  let time = 0
  const bounds = createBounds({ runner: bench.pool, organizationId: ORGANIZATION, now: () => time })
  const [first] = (await bounds.of('callback', ['normal'])).since
  await bench.recordEach([notification()])
  await bench.rows(`update ledger.work set due_at = $1`, [first])
  time = 5_000
  const later = await bounds.of('callback', ['normal', 'batch'])
  t.same(later.since[0], first)
  t.ok(first && later.since[1] && later.since[1] > first)
})

t.test('what waits keeps the bound down, however long it has been due', async (t) => {
  const bench = await createBench(t)
  await bench.recordEach([notification()])
  await bench.rows(BACK('10 days'))
  const organization = { runner: bench.pool, organizationId: ORGANIZATION, leaseSeconds: 30, now: () => 0 }
  t.equal((await createQueue({ ...organization, worker: 'w' }).claim('callback', 9)).length, 1)
})

t.test('rescue finds an expired lease whose row has been due for long, at every step and in every class', async (t) => {
  const bench = await createBench(t)
  const worker = bench.worker('w1')
  await bench.recordEach([notification(), notification(), notification()])
  const [first, second, third] = await worker.claim('callback', 3)
  if (!first || !second || !third) throw new Error('three were due')
  await bench.rows(
    `update ledger.work set due_at = due_at - interval '1 day', lease_until = now() - interval '1 second',
    priority = case record_id when $1 then 'batch' when $2 then 'critical' else 'normal' end::ledger.priority,
    step = case record_id when $2 then 'write_back' else 'callback' end::ledger.step`,
    [first.recordId, second.recordId],
  )
  t.equal((await bench.worker('w2').rescue()).length, 3)
  t.same(await bench.worker('w2').rescue(), [])
})
