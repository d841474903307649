import t from 'tap'
import type { FailureClass } from '../../src/domain/codes/kind.ts'
import { CODES, FAILURES, type FailureCode } from '../../src/domain/codes.ts'
import { Failure } from '../../src/domain/failure.ts'
import { STEPS, type WorkItem } from '../../src/domain/notification.ts'
import { type Outcome, type RetryPolicy, toSettlement } from '../../src/domain/outcome.ts'
import { workItem } from '../helpers/items.ts'

const policy: RetryPolicy = {
  schedule: [1_000, 10_000, 100_000],
  unknownDelayMs: 50_000,
  pauseDelayMs: 7_000,
  random: () => 0.5,
}
const CODE_OF: Record<FailureClass, FailureCode> = {
  retry: 'WHMCS_UNREACHABLE',
  reconcile: 'WHMCS_OUTCOME_UNKNOWN',
  permanent: 'ORDER_EMPTY',
  pause: 'WHMCS_ACCESS_REFUSED',
  release: 'LEDGER_AWAY',
}
const FIRST = { step: 'provision', code: 'ORDER_EMPTY', message: 'has no items' } as const

const fail = (kind: FailureClass): Outcome => ({
  kind: 'fail',
  failure: new Failure(CODE_OF[kind], { detail: 'no luck' }),
})

t.test('toSettlement carries on what goes well', async (t) => {
  const at = (step: WorkItem['step']) => workItem({ step, attempts: 2 })
  t.same(toSettlement(at('callback'), { kind: 'advance', step: 'provision', whmcsClientId: '7' }, policy), {
    state: 'pending',
    step: 'provision',
    delayMs: 0,
    attempts: 0,
    whmcsClientId: '7',
    attempt: { outcome: 'advanced' },
  })
  const accepted = { whmcsOrderId: '1001', serviceIds: { item: '2001' } }
  t.same(toSettlement(at('provision'), { kind: 'advance', step: 'write_back', ...accepted }, policy), {
    serviceIds: { item: '2001' },
    state: 'pending',
    step: 'write_back',
    delayMs: 0,
    attempts: 0,
    whmcsOrderId: '1001',
    attempt: { outcome: 'advanced' },
  })
  t.same(toSettlement(at('write_back'), { kind: 'complete' }, policy), {
    state: 'completed',
    step: 'write_back',
    attempts: 2,
    attempt: { outcome: 'completed' },
  })
})

t.test('toSettlement keeps the WHMCS order that is known, unless a newer one is named', async (t) => {
  const item = workItem({ step: 'write_back', whmcsOrderId: '1001' })
  for (const outcome of [{ kind: 'complete' }, { kind: 'bury' }, fail('retry'), fail('permanent')] as const) {
    t.equal(toSettlement(item, outcome, policy).whmcsOrderId, '1001', outcome.kind)
  }
  t.equal(toSettlement(item, { kind: 'complete', whmcsOrderId: '1002' }, policy).whmcsOrderId, '1002')
})

t.test('toSettlement burns no attempt where nothing failed', async (t) => {
  const item = workItem({ step: 'provision', attempts: 2 })
  t.same(toSettlement(item, { kind: 'wait', seconds: 300, code: 'BUSY', message: 'later' }, policy), {
    state: 'pending',
    step: 'provision',
    delayMs: 300_000,
    attempts: 2,
    error: { code: 'BUSY', message: 'later' },
    attempt: { outcome: 'waiting', code: 'BUSY', message: 'later' },
  })
  t.same(toSettlement(item, { kind: 'refresh' }, policy), {
    state: 'pending',
    step: 'callback',
    delayMs: 0,
    attempts: 2,
    attempt: { outcome: 'waiting', code: 'SNAPSHOT_OLD', message: CODES.SNAPSHOT_OLD.meaning },
  })
  t.match(toSettlement(item, fail('pause'), policy), {
    state: 'pending',
    step: 'provision',
    delayMs: 7_000,
    attempts: 2,
  })
  t.match(toSettlement(item, { kind: 'ignore', code: 'NOT_ELIGIBLE', message: 'Draft' }, policy), {
    state: 'ignored',
    error: { code: 'NOT_ELIGIBLE', message: 'Draft' },
    attempt: { outcome: 'ignored', code: 'NOT_ELIGIBLE', message: 'Draft' },
  })
})

t.test('toSettlement answers a failure by its class, at every step', async (t) => {
  const again = (delayMs: number) => ({ state: 'pending', delayMs, attempts: 1, attempt: { outcome: 'retry' } })
  const expected: Record<FailureClass, object> = {
    retry: again(1_000),
    reconcile: again(50_000),
    pause: { state: 'pending', delayMs: 7_000, attempts: 0, attempt: { outcome: 'paused' } },
    release: { state: 'pending', delayMs: 7_000, attempts: 0, attempt: { outcome: 'released' } },
    permanent: { state: 'pending', step: 'write_back', delayMs: 0, attempts: 0, attempt: { outcome: 'gave_up' } },
  }
  for (const step of STEPS) {
    for (const kind of ['retry', 'reconcile', 'pause', 'release', 'permanent'] as const) {
      const settled = toSettlement(workItem({ step }), fail(kind), policy)
      const isReport = step === 'write_back' && kind === 'permanent'
      const unwritten = { state: 'pending', delayMs: 100_000, attempts: 0, attempt: { outcome: 'retry' } }
      t.match(settled, isReport ? unwritten : expected[kind], `${step} ${kind}`)
      if (kind !== 'permanent') t.equal(settled.step, step)
      if (!isReport) t.same(settled.error, { code: CODE_OF[kind], message: 'no luck' })
    }
  }
})

t.test('toSettlement burns no attempt of an order that was held up by an outage', async (t) => {
  const failure = new Failure('WHMCS_UNAVAILABLE', { detail: 'HTTP 503' })
  for (const step of STEPS) {
    t.match(toSettlement(workItem({ step, attempts: 2 }), { kind: 'stage-paused', failure }, policy), {
      ...{ state: 'pending', step, delayMs: 7_000, attempts: 2, error: { code: 'WHMCS_UNAVAILABLE' } },
      attempt: { outcome: 'paused', code: 'WHMCS_UNAVAILABLE', message: 'HTTP 503' },
    })
  }
})

t.test('toSettlement hands over to write-back when the schedule is used up', async (t) => {
  const item = workItem({ step: 'callback', attempts: 3 })
  t.match(toSettlement(item, fail('retry'), policy), {
    state: 'pending',
    step: 'write_back',
    delayMs: 0,
    attempts: 0,
    failedStep: 'callback',
    error: { code: 'WHMCS_UNREACHABLE', message: 'no luck' },
    attempt: { outcome: 'gave_up', code: 'WHMCS_UNREACHABLE' },
  })
  t.match(toSettlement(workItem({ attempts: 2 }), fail('retry'), policy), { delayMs: 100_000, attempts: 3 })
})

t.test('toSettlement spreads retries by a fifth to both sides, but never before WHMCS has ended', async (t) => {
  const delay = (random: number, kind: FailureClass, attempts: number) =>
    toSettlement(workItem({ attempts }), fail(kind), { ...policy, random: () => random }).delayMs
  t.equal(delay(0, 'retry', 1), 8_000)
  t.equal(delay(0.5, 'retry', 1), 10_000)
  t.equal(delay(0.999_999, 'retry', 1), 12_000)
  t.equal(delay(0, 'reconcile', 0), 50_000)
  t.equal(delay(0.5, 'reconcile', 2), 100_000)
})

t.test('toSettlement buries an order that Salesforce knows has failed, with its first error', async (t) => {
  const item = workItem({ step: 'write_back', failed: FIRST })
  t.same(toSettlement(item, { kind: 'bury' }, policy), {
    state: 'dead',
    step: 'provision',
    attempts: 0,
    error: { code: 'ORDER_EMPTY', message: 'has no items' },
    failedStep: 'provision',
    attempt: { outcome: 'dead', code: 'ORDER_EMPTY', message: 'has no items' },
  })
})

t.test('toSettlement keeps the first error while and after the report of it fails', async (t) => {
  const item = workItem({ step: 'write_back', failed: FIRST })
  const { step, ...error } = FIRST
  t.match(toSettlement(item, fail('retry'), policy), { state: 'pending', step: 'write_back', error, failedStep: step })
  const unseen = { ...item, failed: { ...FIRST, step: 'callback' } } as const
  t.match(toSettlement(unseen, fail('permanent'), policy), {
    state: 'dead',
    step: 'callback',
    error,
    failedStep: 'callback',
  })
  t.equal(toSettlement(unseen, fail('permanent'), policy).attempt.message, 'no luck')
})

t.test('toSettlement never gives up the report of an order that Salesforce believes to be under way', async (t) => {
  const later = {
    ...{ state: 'pending', step: 'write_back', delayMs: 100_000, attempts: 3 },
    attempt: { outcome: 'retry', code: 'SALESFORCE_REPORT_NOT_WRITTEN', message: `${CODE_OF.retry}: no luck` },
  }
  const provisioned = workItem({ step: 'write_back', whmcsOrderId: '1001', attempts: 3 })
  t.match(toSettlement(provisioned, fail('retry'), policy), {
    ...later,
    error: { code: 'SALESFORCE_REPORT_NOT_WRITTEN' },
  })
  t.match(toSettlement(provisioned, fail('permanent'), policy), { ...later, attempt: { message: /^ORDER_EMPTY: / } })
  // Failed in WHMCS: what failed stays to be seen, and to be reported.
  const failed = workItem({ step: 'write_back', attempts: 3, failed: FIRST })
  t.match(toSettlement(failed, fail('retry'), policy), {
    ...later,
    error: { code: FIRST.code },
    failedStep: 'provision',
  })
  // Callback gave it up, and had let it pass before.
  const again = { ...failed, failed: { ...FIRST, step: 'callback' } } as const
  t.match(toSettlement({ ...again, provisioning: 'sending' }, fail('retry'), policy), later)
  t.match(toSettlement(again, fail('retry'), policy), { state: 'dead', step: 'callback' })
})

t.test('toSettlement buries a report that has nowhere to go', async (t) => {
  const item = workItem({ step: 'write_back', whmcsOrderId: '1001' })
  const deleted: Outcome = { kind: 'fail', failure: new Failure('SALESFORCE_RECORD_DELETED') }
  t.match(toSettlement(item, deleted, policy), { state: 'dead', step: 'write_back', failedStep: 'write_back' })
})

t.test('toSettlement keeps what is worth knowing of what is done', async (t) => {
  const { attempt } = toSettlement(workItem({ step: 'write_back' }), { kind: 'complete', note: 'but' }, policy)
  t.same(attempt, { outcome: 'completed', message: 'but' })
})

t.test('toSettlement knows what follows from every code', async (t) => {
  for (const code of Object.keys(FAILURES)) {
    const failure = Object.assign(new Failure('INTERNAL'), { code })
    t.ok(toSettlement(workItem(), { kind: 'fail', failure }, policy).state, code)
  }
})
