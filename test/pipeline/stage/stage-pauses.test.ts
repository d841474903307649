import t from 'tap'
import type { FailureCode } from '../../../src/domain/codes.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { Outcome } from '../../../src/domain/outcome.ts'
import { createTestStage, held, numbered, numberOf } from '../../helpers/stage.ts'
import { until } from '../../helpers/until.ts'

const ADVANCE = { kind: 'advance', step: 'provision' } as const
const fail = (code: FailureCode): Outcome => ({ kind: 'fail', failure: new Failure(code, { detail: 'no' }) })

/** One item a run, and what is said of it: the last outcome for ever. */
function script(...outcomes: Outcome[]) {
  const numbers: number[] = []
  const run = async (items: { recordId: string }[]): Promise<Outcome[]> =>
    items.map(({ recordId }) => {
      numbers.push(Number(recordId.split(' ')[1]))
      return (outcomes.length > 1 ? outcomes.shift() : outcomes[0]) ?? ADVANCE
    })
  return { run, numbers }
}
const ONE = { runSize: 1, concurrency: 1, maxLeased: 1, pollMs: 5 }

t.test('stage stands still when it is refused, tells the ledger, and probes with one', async (t) => {
  const { run } = script(fail('SALESFORCE_LOGIN_REFUSED'), ADVANCE)
  const test = createTestStage(t, run, { ...ONE, maxLeased: 2 })
  test.start(1)
  await test.ended(1)
  t.same(test.pauses, [['pause', 'callback', { seconds: 5, code: 'SALESFORCE_LOGIN_REFUSED', message: 'no' }]])
  t.same(test.log.lines, ['error stage.paused'])
  t.equal(test.stage.status.state, 'paused')

  const asked = test.limits.length
  test.due.push(numbered(2), numbered(3))
  test.wake()
  let looks = 0
  await until(() => ++looks > 4, 'some polls')
  t.equal(test.limits.length, asked, 'nothing is claimed')

  test.clock.now += 5_000
  await test.ended(3)
  t.equal(test.limits[asked], 1)
  t.same(test.pauses[1], ['resume', 'callback'])
  t.same(test.log.lines, ['error stage.paused', 'info stage.resumed'])
})

t.test('stage stands still after outages in a row, not after failures of single orders', async (t) => {
  const orders = createTestStage(t, script(fail('ORDER_EMPTY')).run, ONE)
  orders.start(10)
  await orders.ended(10)
  t.same(orders.pauses, [])
  const outages = createTestStage(t, script(fail('SALESFORCE_UNREACHABLE')).run, ONE)
  outages.start(10)
  await outages.ended(2)
  await until(() => outages.pauses.length > 0, 'the pause')
  t.equal(outages.attempts.length, 2)
  t.match(outages.pauses, [['pause', 'callback', { seconds: 5, code: 'SALESFORCE_UNREACHABLE', message: 'no' }]])
})

t.test('stage burns no attempt of those that meet an outage for which it stands still', async (t) => {
  const outage = fail('WHMCS_UNAVAILABLE')
  const test = createTestStage(t, script(outage, outage, outage, fail('WHMCS_OUTCOME_UNKNOWN'), ADVANCE).run, ONE)
  test.start(2)
  await test.ended(2)
  const probe = async (n: number) => {
    test.clock.now += 5_000
    test.due.push(numbered(n))
    await test.ended(n)
  }
  await probe(3)
  await probe(4)
  const burnt = () => test.settled.map(({ item, settlement }) => [numberOf(item), settlement.attempts])
  t.same(burnt(), [
    [1, 1],
    // Its failure is the one that says that it is an outage.
    [2, 0],
    [3, 0],
    // Something may have been made for this one: that is its own affair.
    [4, 1],
  ])
  t.equal(test.pauses.length, 3)
  await probe(5)
  t.equal(test.stage.status.state, 'running')
})

t.test(
  'stage goes on after a ledger that was away, burns no attempt, and takes it for no sign of the other system',
  async (t) => {
    const outage = fail('WHMCS_UNAVAILABLE')
    const test = createTestStage(t, script(outage, fail('LEDGER_AWAY'), outage, ADVANCE).run, ONE)
    test.start(3)
    await test.ended(3)
    t.match(test.settled[1]?.settlement, { attempts: 0, delayMs: 1_000, attempt: { outcome: 'released' } })
    t.equal(test.pauses.length, 1, 'two outages in a row, whatever happened to the ledger between them')
  },
)

t.test('stage takes neither a wait nor a refresh for a sign that the other system is back', async (t) => {
  const wait = { kind: 'wait', seconds: 1, code: 'WHMCS_OUTCOME_UNKNOWN', message: 'later' } as const
  const outage = fail('WHMCS_UNREACHABLE')
  const between = createTestStage(t, script(outage, wait, { kind: 'refresh' }, outage, wait).run, ONE)
  between.start(4)
  await between.ended(4)
  t.equal(between.pauses.length, 1, 'two outages in a row, whatever waited between them')

  const probed = createTestStage(t, script(outage, outage, wait, ADVANCE).run, ONE)
  probed.start(2)
  await probed.ended(2)
  probed.clock.now += 5_000
  probed.due.push(numbered(3))
  await probed.ended(3)
  t.equal(probed.stage.status.state, 'probing')
  probed.due.push(numbered(4))
  await probed.ended(4)
  t.equal(probed.stage.status.state, 'running')
})

t.test('stop gives back what is not begun and waits for what is', async (t) => {
  const { run, begun } = held()
  const test = createTestStage(t, run, { runSize: 1, concurrency: 1, maxLeased: 3 })
  test.start(4)
  const [first] = await begun(1)
  await until(() => test.stage.status.leased === 3, 'all are held')
  const stopped = test.stage.stop(60_000)
  await until(() => test.released.length > 0, 'the release')
  t.same(test.released.map(numberOf), [2, 3])
  t.equal(first?.signal.aborted, false)
  first?.end(ADVANCE)
  await stopped
  t.same(
    test.settled.map(({ item }) => numberOf(item)),
    [1],
  )
  t.same(test.due.map(numberOf), [4], 'nothing more was claimed')
})

t.test('stop lets go of what does not end in time', async (t) => {
  const { run, begun } = held()
  const test = createTestStage(t, run, { runSize: 1, concurrency: 1 })
  test.start(1)
  const [first] = await begun(1)
  await test.stage.stop(1)
  t.match(first?.signal, { aborted: true, reason: { message: 'the process shuts down' } })
  first?.end(ADVANCE)
  t.same(test.settled, [])
  t.equal(test.stage.status.leased, 0)
})
