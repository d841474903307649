import t from 'tap'
import type { FailureCode } from '../../../src/domain/codes.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { Outcome } from '../../../src/domain/outcome.ts'
import { createBreaker } from '../../../src/pipeline/stage/breaker.ts'
import { createOutages, signOf } from '../../../src/pipeline/stage/outages.ts'
import { keepLog } from '../../helpers/log.ts'

const ADVANCE: Outcome = { kind: 'advance', step: 'provision' }
const fail = (code: FailureCode): Outcome => ({ kind: 'fail', failure: new Failure(code, { detail: 'no' }) })
const WAIT: Outcome = { kind: 'wait', seconds: 1, code: 'BUSY', message: 'later' }

/** The row of ledger.pause, and as many processes as are asked for. */
function build() {
  const clock = { now: 0 }
  const row: { until?: number } = {}
  const away = { value: false }
  const asked: string[] = []
  const questions = { count: 0 }
  const check = () => {
    if (away.value) throw new Error('the ledger is away')
  }
  const pauses = {
    async pause(_step: string, { seconds }: { seconds: number }) {
      check()
      asked.push(`pause ${seconds}`)
      row.until = clock.now + seconds * 1_000
    },
    async resume() {
      check()
      asked.push('resume')
      delete row.until
    },
    async current() {
      check()
      questions.count += 1
      return row.until === undefined ? undefined : { secondsLeft: (row.until - clock.now) / 1_000 }
    },
  }
  const process = () => {
    const log = keepLog()
    const breaker = createBreaker({ threshold: 2, coolDowns: [5_000, 15_000] })
    return { ...wrap(createOutages({ step: 'callback', breaker, pauses, now: () => clock.now, log })), log }
  }
  const pass = (seconds: number) => {
    clock.now += seconds * 1_000
  }
  return { process, pass, row, asked, away, questions }
}

/** A getter does not survive being spread. */
function wrap(outages: ReturnType<typeof createOutages>) {
  return { admit: outages.admit, learn: outages.learn, state: () => outages.state }
}

t.test('signOf says what outcomes tell of the other system', async (t) => {
  const cases: [Outcome[], unknown][] = [
    [[ADVANCE], 'well'],
    [[fail('ORDER_EMPTY')], 'well'],
    [[WAIT, { kind: 'refresh' }, fail('LEDGER_AWAY')], undefined],
    [[], undefined],
    [[ADVANCE, fail('SALESFORCE_UNAVAILABLE')], { kind: 'failed', failure: { code: 'SALESFORCE_UNAVAILABLE' } }],
    [
      [fail('SALESFORCE_UNAVAILABLE'), fail('SALESFORCE_LIMIT')],
      { kind: 'refused', failure: { code: 'SALESFORCE_LIMIT' } },
    ],
  ]
  for (const [outcomes, expected] of cases) t.match({ sign: signOf(outcomes) }, { sign: expected })
})

t.test('admit lets all go while there is no pause, none while there is, and then one that probes', async (t) => {
  const { process, pass, row } = build()
  const { admit, state } = process()
  t.equal(await admit(10, 5), 10)
  pass(1)
  row.until = 6_000
  t.equal(await admit(10, 0), 0)
  t.equal(state(), 'paused')
  pass(5)
  t.equal(state(), 'probing')
  t.equal(await admit(10, 1), 0, 'what is under way probes already')
  t.equal(await admit(10, 0), 1)
  t.equal(await admit(0, 0), 0)
  delete row.until
  t.equal(await admit(10, 0), 10, 'whoever takes the row away has the stage go on')
  t.equal(state(), 'running')
})

t.test('admit asks twice a second while all goes well, and each time while something stands still', async (t) => {
  const { process, pass, row, questions } = build()
  const { admit } = process()
  for (let i = 0; i < 10; i++) await admit(10, 0)
  t.equal(questions.count, 1)
  pass(0.5)
  row.until = 5_000
  for (let i = 0; i < 10; i++) t.equal(await admit(10, 0), 0)
  t.equal(questions.count, 11)
})

t.test('learn has the stage stand still at once when it is refused, and after outages in a row', async (t) => {
  const refused = build()
  const one = refused.process()
  await one.learn([fail('SALESFORCE_LIMIT')])
  t.same([refused.asked, one.log.lines], [['pause 5'], ['error stage.paused']])
  t.match(one.log.facts, [{ step: 'callback', code: 'SALESFORCE_LIMIT', seconds: 5, err: Failure }])
  const failed = build()
  const other = failed.process()
  for (const outcome of [fail('SALESFORCE_UNREACHABLE'), ADVANCE, fail('SALESFORCE_UNREACHABLE')]) {
    await other.learn([outcome])
  }
  t.same(failed.asked, [])
  await other.learn([fail('SALESFORCE_UNREACHABLE')])
  t.same(failed.asked, ['pause 5'])
})

t.test('learn takes nothing from what was under way when the stage came to stand still', async (t) => {
  const { process, asked } = build()
  const { learn, state } = process()
  await learn([fail('SALESFORCE_LIMIT')])
  await learn([fail('SALESFORCE_LIMIT')])
  await learn([ADVANCE])
  t.same(asked, ['pause 5'])
  t.equal(state(), 'paused')
})

t.test(
  'learn prolongs the pause when the probe fails, each time for longer, and ends it when it succeeds',
  async (t) => {
    const { process, pass, asked } = build()
    const { learn, state, log } = process()
    await learn([fail('SALESFORCE_LIMIT')])
    pass(5)
    await learn([fail('SALESFORCE_UNREACHABLE')])
    pass(15)
    await learn([WAIT])
    t.equal(state(), 'probing', 'a wait says nothing')
    await learn([ADVANCE])
    t.same(asked, ['pause 5', 'pause 15', 'resume'])
    t.same(log.lines, ['error stage.paused', 'error stage.paused', 'info stage.resumed'])
    await learn([fail('SALESFORCE_LIMIT')])
    t.equal(asked.at(-1), 'pause 5', 'it begins anew')
  },
)

t.test('a pause holds for every process, and is ended by whichever probes first', async (t) => {
  const { process, pass, asked } = build()
  const [one, other] = [process(), process()]
  await one.learn([fail('SALESFORCE_LIMIT')])
  t.equal(await other.admit(10, 0), 0)
  pass(5)
  t.equal(await other.admit(10, 0), 1)
  await other.learn([ADVANCE])
  t.same(asked, ['pause 5', 'resume'])
  t.equal(await one.admit(10, 0), 10)
  t.equal(one.state(), 'running')
  await one.learn([fail('SALESFORCE_LIMIT')])
  t.equal(asked.at(-1), 'pause 5', 'for the first one too it begins anew')
})

t.test('one failed probe is enough, whoever had the stage stand still', async (t) => {
  const { process, pass, asked } = build()
  const [one, other] = [process(), process()]
  await one.learn([fail('SALESFORCE_LIMIT')])
  pass(5)
  await other.admit(10, 0)
  await other.learn([fail('SALESFORCE_UNREACHABLE')])
  t.same(asked, ['pause 5', 'pause 5'])
})

t.test('learn blames no order for an outage, unless something may have been made', async (t) => {
  const { process } = build()
  const { learn } = process()
  const outcomes = [fail('WHMCS_UNAVAILABLE'), fail('WHMCS_OUTCOME_UNKNOWN'), fail('ORDER_EMPTY'), ADVANCE]
  t.same(await learn(outcomes), outcomes, 'the first one is the sign')
  t.match(await learn(outcomes), [
    { kind: 'stage-paused', failure: { code: 'WHMCS_UNAVAILABLE' } },
    { kind: 'fail', failure: { code: 'WHMCS_OUTCOME_UNKNOWN' } },
    { kind: 'fail', failure: { code: 'ORDER_EMPTY' } },
    ADVANCE,
  ])
})

t.test('learn blames no order either where the pause could not be written down', async (t) => {
  const { process, away, asked } = build()
  const { learn, admit, log } = process()
  away.value = true
  t.match(await learn([fail('SALESFORCE_LIMIT'), fail('SALESFORCE_UNAVAILABLE')]), [{}, { kind: 'stage-paused' }])
  t.same(log.lines, ['error stage.paused', 'error stage.pause_failed'])
  await t.rejects(admit(1, 0), { message: 'the ledger is away' })
  away.value = false
  t.equal(await admit(10, 0), 10, 'what the ledger says is so')
  t.same(asked, [])
})

t.test('a pause that could not be ended is ended by the next success', async (t) => {
  const { process, pass, away, asked } = build()
  const { learn, log, state } = process()
  await learn([fail('SALESFORCE_LIMIT')])
  pass(5)
  away.value = true
  await learn([ADVANCE])
  t.equal(state(), 'probing')
  away.value = false
  await learn([ADVANCE])
  t.same(asked, ['pause 5', 'resume'])
  t.same(log.lines, ['error stage.paused', 'error stage.resume_failed', 'info stage.resumed'])
})
