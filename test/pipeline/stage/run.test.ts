import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import { type Run, runBatch, untilAllAreLost } from '../../../src/pipeline/stage/run.ts'
import { keepLog } from '../../helpers/log.ts'
import { numbered } from '../../helpers/stage.ts'

const ADVANCE = { kind: 'advance', step: 'provision' } as const

function batch(size: number) {
  const controllers = Array.from({ length: size }, () => new AbortController())
  const leases = controllers.map(({ signal }, i) => ({ item: numbered(i + 1), signal }))
  return { leases, lose: (n: number) => controllers[n - 1]?.abort(new Error('lost')) }
}

async function outcomesOf(run: Run, size = 2) {
  const log = keepLog()
  return { outcomes: await runBatch({ step: 'callback', run, log }, batch(size).leases), log }
}

t.test('runBatch gives each item the outcome that its step gave it', async (t) => {
  const ignore = { kind: 'ignore', code: 'NOT_ELIGIBLE', message: 'Draft' } as const
  const { outcomes, log } = await outcomesOf(async () => [ADVANCE, ignore])
  t.same(outcomes, [ADVANCE, ignore])
  t.same(log.lines, [])
})

t.test('runBatch fails all of a batch by what its step throws', async (t) => {
  const { outcomes, log } = await outcomesOf(() => Promise.reject(new Failure('SALESFORCE_LIMIT')))
  const failed = { kind: 'fail', failure: { code: 'SALESFORCE_LIMIT' } }
  t.match(outcomes, [failed, failed])
  t.same(log.lines, [], 'it is told with each attempt')
})

t.test('runBatch logs what nobody foresaw, once, with the stack of the error itself', async (t) => {
  const thrown = new TypeError('x is not a function')
  const { outcomes, log } = await outcomesOf(() => Promise.reject(thrown))
  t.match(outcomes, [{ failure: { code: 'INTERNAL' } }, { failure: { code: 'INTERNAL' } }])
  t.same(log.lines, ['error stage.run_failed'])
  t.strictSame(log.facts, [{ step: 'callback', err: thrown }])
})

t.test('runBatch fails an item of which its step says nothing', async (t) => {
  const { outcomes, log } = await outcomesOf(async () => [ADVANCE])
  t.match(outcomes, [ADVANCE, { kind: 'fail', failure: { code: 'INTERNAL', message: /gave no outcome/ } }])
  t.same(log.lines, ['error stage.run_failed'])
})

t.test('untilAllAreLost aborts with the last lease of a batch', async (t) => {
  const one = batch(1)
  const alone = untilAllAreLost(one.leases)
  one.lose(1)
  t.ok(alone.aborted)
  const two = batch(2)
  const signal = untilAllAreLost(two.leases)
  two.lose(1)
  t.notOk(signal.aborted)
  two.lose(2)
  t.match(signal, { aborted: true, reason: { message: 'lost' } })
})
