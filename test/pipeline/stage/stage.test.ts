import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import type { WorkItem } from '../../../src/domain/notification.ts'
import { always, createTestStage, held, numbered, numberOf } from '../../helpers/stage.ts'
import { until } from '../../helpers/until.ts'

const ADVANCE = { kind: 'advance', step: 'provision' } as const

t.test('stage claims, runs and settles each item by its own outcome', async (t) => {
  const test = createTestStage(t, async (items) =>
    items.map((item) => (numberOf(item) === 2 ? { kind: 'fail', failure: new Failure('ORDER_EMPTY') } : ADVANCE)),
  )
  test.start(3)
  await test.ended(3)
  t.same(
    test.settled.map(({ item, settlement }) => [numberOf(item), settlement.step, settlement.attempt.outcome]),
    [
      [1, 'provision', 'advanced'],
      [2, 'write_back', 'gave_up'],
      [3, 'provision', 'advanced'],
    ],
  )
  t.same(test.dueAt.sort(), ['provision', 'write_back'])
  t.equal(test.stage.status.leased, 0)
})

t.test('stage tells nobody of a settlement that was not written: its lease was lost', async (t) => {
  const test = createTestStage(t, always(ADVANCE), { pollMs: 5 })
  test.gone.add(2).add(3)
  test.start(2)
  await test.ended(1)
  test.due.push(numbered(3))
  await until(() => test.settled.length === 3 && test.stage.status.leased === 0, 'the last settlement')
  t.same(
    test.attempts.map(({ item }) => numberOf(item)),
    [1],
  )
  t.same(test.dueAt, ['provision'], 'and wakes nobody for it')
  t.same(test.log.lines, ['warn notification.lease_lost', 'warn notification.lease_lost'])
})

t.test('stage runs no larger batches and no more of them at once than it may', async (t) => {
  const { run, runs, begun } = held()
  const test = createTestStage(t, run, { runSize: 2, concurrency: 2, maxLeased: 6 })
  test.start(7)
  await begun(2)
  t.same(
    runs.map(({ items }) => items.map(numberOf)),
    [
      [1, 2],
      [3, 4],
    ],
  )
  t.equal(test.stage.status.leased, 6)
  for (let i = 0; i < 4; i++) (await begun(i + 1))[i]?.end(ADVANCE)
  await test.ended(7)
  t.equal(runs.length, 4)
  t.ok(test.limits.every((limit) => limit <= 6))
})

t.test('stage looks again when it is woken, not only when it polls', async (t) => {
  const test = createTestStage(t, always(ADVANCE))
  test.start(1)
  await test.ended(1)
  test.due.push(numbered(2))
  test.wake()
  await test.ended(2)
  t.pass('without the poll of a minute')
})

t.test('stage looks again by itself: a wake may be lost', async (t) => {
  const test = createTestStage(t, always(ADVANCE), { pollMs: 5 })
  test.start(0)
  await until(() => test.limits.length > 1, 'a poll')
  test.due.push(numbered(1))
  await test.ended(1)
  t.equal(test.attempts.length, 1)
})

t.test('stage fails the whole batch for what its run throws', async (t) => {
  const thrown = createTestStage(t, () => Promise.reject(new Failure('ORDER_EMPTY')))
  thrown.start(2)
  await thrown.ended(2)
  t.match(thrown.settled, [{ settlement: { attempt: { code: 'ORDER_EMPTY' } } }, {}])
  t.same(thrown.log.lines, [])

  const unforeseen = createTestStage(t, () => Promise.reject(new TypeError('x is not a function')))
  unforeseen.start(1)
  await unforeseen.ended(1)
  t.match(unforeseen.settled, [{ settlement: { attempt: { outcome: 'retry', code: 'INTERNAL' } } }])
  t.same(unforeseen.log.lines, ['error stage.run_failed'])
})

t.test('stage fails an item of which its run says nothing', async (t) => {
  const test = createTestStage(t, async () => [ADVANCE])
  test.start(2)
  await test.ended(2)
  t.match(test.settled[1]?.settlement.attempt, { code: 'INTERNAL', message: /gave no outcome/ })
})

t.test('stage goes on when a claim fails', async (t) => {
  const test = createTestStage(t, always(ADVANCE), { pollMs: 5 })
  test.claimThrows.push(new Error('the ledger is away'), new Error('still'))
  test.start(1)
  await test.ended(1)
  t.same(test.log.lines, ['error stage.claim_failed', 'error stage.claim_failed'])
})

t.test('stage claims no more than it is let', async (t) => {
  let room = 0
  const test = createTestStage(t, always(ADVANCE), { pollMs: 5, mayClaim: async (wanted) => Math.min(wanted, room) })
  let asked = 0
  test.start(5)
  await until(() => ++asked > 3, 'some polls')
  t.same(test.limits, [])
  room = 3
  await test.ended(5)
  t.ok(test.limits.every((limit) => limit === 3))
})

t.test('stage calls no lease lost that a renewal does not find because it has just been settled', async (t) => {
  const due = [numbered(1)]
  let renewals = 0
  let written = () => {}
  const settlement = new Promise<void>((resolve) => {
    written = resolve
  })
  const queue = {
    claim: async () => due.splice(0),
    settle: () => settlement.then(() => []),
    release: async () => {},
    async renew(items: WorkItem[]) {
      renewals += items.length
      return items
    },
  }
  const test = createTestStage(t, always(ADVANCE), { queue, leaseMs: 300 })
  test.stage.start()
  await until(() => renewals > 0, 'a renewal')
  written()
  await until(() => test.attempts.length === 1, 'the attempt')
  t.same(test.log.lines, [])
})

t.test('stage hands the run a signal that aborts when the lease is lost', async (t) => {
  const { run, begun } = held()
  const test = createTestStage(t, run, { leaseMs: 3_000, runSize: 1 })
  test.start(1)
  const [only] = await begun(1)
  if (only === undefined) throw new Error('no run')
  for (const item of only.items) test.lost.add(item)
  await until(() => only.signal.aborted, 'the abort')
  t.same(test.log.lines, ['warn notification.lease_lost'])
  only.end(ADVANCE)
  await test.ended(1)
})

t.test('stage lets a batch go on until its last lease is lost', async (t) => {
  const { run, begun } = held()
  const test = createTestStage(t, run, { leaseMs: 3_000 })
  test.start(2)
  const [batch] = await begun(1)
  const [first, second] = batch?.items ?? []
  if (batch === undefined || first === undefined || second === undefined) throw new Error('no batch')
  test.lost.add(first)
  await until(() => test.stage.status.leased === 1, 'the first lost')
  t.equal(batch.signal.aborted, false)
  test.lost.add(second)
  await until(() => batch.signal.aborted, 'the abort')
  batch.end(ADVANCE)
  await test.ended(2)
})

t.test('stage does not run what it lost while it waited', async (t) => {
  const { run, runs, begun } = held()
  const test = createTestStage(t, run, { leaseMs: 3_000, runSize: 1, concurrency: 1, maxLeased: 3 })
  test.start(3)
  const [first] = await begun(1)
  await until(() => test.stage.status.leased === 3, 'all are held')
  for (const item of test.claimed) if (numberOf(item) === 2) test.lost.add(item)
  await until(() => test.stage.status.leased === 2, 'one is lost')
  first?.end(ADVANCE)
  ;(await begun(2))[1]?.end(ADVANCE)
  await test.ended(2)
  t.same(
    runs.map(({ items }) => items.map(numberOf)),
    [[1], [3]],
  )
})
