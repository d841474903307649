import fc from 'fast-check'
import t from 'tap'
import { FAILURES } from '../../src/domain/codes.ts'
import { Failure } from '../../src/domain/failure.ts'
import { STATES, STEPS, type WorkItem } from '../../src/domain/notification.ts'
import { type Outcome, type RetryPolicy, type Settlement, toSettlement } from '../../src/domain/outcome.ts'
import { workItem } from '../helpers/items.ts'

const failures = Object.keys(FAILURES).map((code, i) =>
  Object.assign(new Failure('INTERNAL', { detail: `failure ${i}` }), { code }),
)
const fail = (failure: Failure): Outcome => ({ kind: 'fail', failure })
const anyFailure: fc.Arbitrary<Outcome> = fc.constantFrom(...failures).map(fail)
const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  { weight: 4, arbitrary: anyFailure },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Outcome>(
      { kind: 'advance', step: 'provision', whmcsClientId: '7' },
      { kind: 'advance', step: 'write_back', whmcsOrderId: '1001' },
      { kind: 'wait', seconds: 300, code: 'WHMCS_OUTCOME_UNKNOWN', message: 'given time' },
      { kind: 'refresh' },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Outcome>(
      { kind: 'complete', whmcsOrderId: '1001' },
      { kind: 'ignore', code: 'NOT_ELIGIBLE', message: 'It is Draft.' },
      { kind: 'bury' },
    ),
  },
)
const policies: fc.Arbitrary<RetryPolicy> = fc.record({
  schedule: fc.array(fc.nat(3_600_000), { maxLength: 6 }),
  unknownDelayMs: fc.nat(600_000),
  pauseDelayMs: fc.nat(10_000),
  random: fc.double({ min: 0, max: 0.999, noNaN: true }).map((x) => () => x),
})

t.test('toSettlement keeps to the states and steps whatever the sequence of outcomes', async () => {
  fc.assert(
    fc.property(fc.array(anyOutcome, { maxLength: 40 }), policies, (outcomes, policy) => {
      for (const settled of run(outcomes, policy)) if (!isLawful(settled, policy)) return false
      return true
    }),
  )
})

t.test('toSettlement shows a person the first error, whatever came after it', async () => {
  fc.assert(
    fc.property(fc.array(anyFailure, { minLength: 30, maxLength: 60 }), policies, (outcomes, policy) => {
      const settled = run(outcomes, policy)
      const first = settled.find(({ attempt }) => attempt.outcome === 'gave_up')
      const dead = settled.find(({ state }) => state === 'dead')
      if (!first || !dead) return true
      return dead.error?.message === first.error?.message && dead.failedStep === first.failedStep
    }),
  )
})

t.test('toSettlement comes to an end when everything but a pause or a release fails again and again', async () => {
  const burning = failures.filter(({ code }) => !['pause', 'release'].includes(FAILURES[code].class)).map(fail)
  fc.assert(
    fc.property(fc.infiniteStream(fc.constantFrom(...burning)), policies, (outcomes, policy) => {
      // Each step may use up the schedule once; only two steps can follow each other here.
      const enough = 2 * (policy.schedule.length + 1)
      return run([...outcomes.take(enough)], policy).at(-1)?.state === 'dead'
    }),
  )
})

/** The settlements until a final one, each the ground of the next claim. */
function run(outcomes: Outcome[], policy: RetryPolicy): Settlement[] {
  const settled: Settlement[] = []
  let item = workItem()
  for (const outcome of outcomes) {
    // Write-back only completes, buries or fails; it has nothing to wait for or to hand on.
    if (item.step === 'write_back' && ['advance', 'wait', 'refresh'].includes(outcome.kind)) continue
    const next = toSettlement(item, outcome, policy)
    settled.push(next)
    if (next.state !== 'pending') break
    item = claimed(item, next)
  }
  return settled
}

/** As the ledger gives it to the next worker. */
function claimed(item: WorkItem, { step, attempts, failedStep, error, whmcsOrderId }: Settlement): WorkItem {
  return workItem({
    leaseNo: item.leaseNo + 1,
    step,
    attempts,
    ...(whmcsOrderId !== undefined && { whmcsOrderId }),
    ...(failedStep !== undefined && error !== undefined && { failed: { step: failedStep, ...error } }),
  })
}

function isLawful(settled: Settlement, policy: RetryPolicy): boolean {
  const { state, step, delayMs, attempts, error, failedStep } = settled
  const open = state === 'pending'
  return (
    STATES.includes(state) &&
    state !== 'working' &&
    state !== 'superseded' &&
    STEPS.includes(step) &&
    open === (delayMs !== undefined) &&
    (delayMs === undefined || (delayMs >= 0 && Number.isFinite(delayMs))) &&
    attempts >= 0 &&
    attempts <= policy.schedule.length &&
    (failedStep === undefined || error !== undefined) &&
    (state !== 'dead' || error !== undefined)
  )
}
