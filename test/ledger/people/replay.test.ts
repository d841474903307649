import t, { type Test } from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import type { Step } from '../../../src/domain/notification.ts'
import type { Outcome } from '../../../src/domain/outcome.ts'
import { replay } from '../../../src/ledger/people/acts.ts'
import { createIntents } from '../../../src/ledger/work/intents.ts'
import { type Bench, createBench, pass, settleAll, sqlState } from '../../helpers/ledger.ts'
import {
  deletedNotification,
  message,
  newNotificationId,
  newOrderId,
  notification,
  ORGANIZATION,
  provisionRequest,
} from '../../helpers/messages.ts'

const STEPS = ['callback', 'provision', 'write_back'] as const
const BURY: Outcome = { kind: 'bury' }
const WHY = { reason: 'the account was mended', by: { name: 'anna', via: 'cli' } }
const ONE = 'select * from ledger.overview'

t.test('replay puts a dead letter back to work at callback, with a fresh budget', async (t) => {
  const { bench, notificationId } = await setUp(t)
  await die(bench, 'provision')
  t.match(await bench.rows(ONE), [{ state: 'dead', step: 'provision', error_code: 'WHMCS_ORDER_REFUSED' }])
  t.equal(await replay(bench.pool, { organizationId: ORGANIZATION, notificationId, ...WHY }), 'callback')
  t.match(await bench.rows(ONE), [
    {
      state: 'pending',
      step: 'callback',
      attempts: 0,
      error_code: null,
      error_message: null,
      finalized_at: null,
    },
  ])
  const [item] = await bench.worker('w2').claim('callback', 1)
  t.match(item, { notificationId, attempts: 0, failed: undefined }, 'due at once')
})

t.test('replay reports again only, when only the report had failed', async (t) => {
  const { bench, notificationId } = await setUp(t)
  await die(bench, 'write_back')
  await accept(bench)
  t.equal(await replay(bench.pool, { organizationId: ORGANIZATION, notificationId, ...WHY }), 'write_back')
})

t.test('replay never reports what WHMCS has not accepted', async (t) => {
  const { bench, notificationId } = await setUp(t)
  await die(bench, 'write_back')
  const request = { organizationId: ORGANIZATION, notificationId, ...WHY }
  await t.rejects(replay(bench.pool, { ...request, step: 'write_back' }), { code: '55000', message: /not accepted/ })
  t.equal(await replay(bench.pool, request), 'callback')
})

t.test('replay goes to the step that was asked for', async (t) => {
  const { bench, notificationId } = await setUp(t)
  await die(bench, 'callback')
  const request = { organizationId: ORGANIZATION, notificationId, ...WHY, step: 'provision' }
  t.equal(await replay(bench.pool, request), 'callback', 'it was never read')
  await pass(bench.worker('w1'), 'callback', BURY)
  const orderId = String(await bench.value('select record_id from ledger.notification'))
  const intents = createIntents(bench.pool)
  await intents.intend(ORGANIZATION, provisionRequest(orderId), { priorOrderIds: [], sends: 0, looksNeeded: 2 })
  t.equal(await replay(bench.pool, request), 'provision')
  t.match(await bench.rows(ONE), [{ state: 'pending', step: 'provision' }])
  t.match(await bench.worker('w1').claim('provision', 1), [{ notificationId, leaseNo: 4 }])
})

t.test('replay takes every final state, and writes down who, why and from where', async (t) => {
  const { bench, notificationId } = await setUp(t)
  const ends: Outcome[] = [{ kind: 'complete' }, { kind: 'ignore', code: 'NOT_ELIGIBLE', message: 'Draft' }, BURY]
  for (const end of ends) {
    await pass(bench.worker('w1'), 'callback', end)
    await replay(bench.pool, { organizationId: ORGANIZATION, notificationId, ...WHY, step: 'callback' })
  }
  const written = `select audit_id, detail ->> 'fromState' as from_state, detail ->> 'toStep' as to_step, reason, actor, login, via
    from ledger.audit order by audit_id`
  const row = { to_step: 'callback', reason: WHY.reason, actor: 'anna', login: 'soapstone', via: 'cli' }
  t.same(await bench.rows(written), [
    { audit_id: '1', from_state: 'completed', ...row },
    { audit_id: '2', from_state: 'ignored', ...row },
    { audit_id: '3', from_state: 'dead', ...row },
  ])
})

t.test('replay takes a superseded one, which then is not superseded any more', async (t) => {
  const bench = await createBench(t)
  const recordId = newOrderId()
  const older = notification({ recordId })
  await bench.recordEach([older, notification({ recordId })])
  await pass(bench.worker('w1'), 'callback', { kind: 'complete' })
  await replay(bench.pool, { organizationId: ORGANIZATION, notificationId: older.notificationId, ...WHY })
  t.match(await bench.rows(`${ONE} where notification_id = $1`, [older.notificationId]), [
    { state: 'pending', superseded_by: null },
  ])
})

t.test('replay leaves open ones alone', async (t) => {
  const { bench, notificationId } = await setUp(t)
  const request = { organizationId: ORGANIZATION, notificationId, ...WHY }
  t.equal(await replay(bench.pool, request).catch(sqlState), '55000')
  await bench.worker('w1').claim('callback', 1)
  await t.rejects(replay(bench.pool, request), /is working, not final/)
  t.match(await bench.rows(ONE), [{ state: 'working', lease_holder: 'w1' }])
  t.equal(await bench.value('select count(*) from ledger.audit'), '0')
})

t.test('replay at the same time by two people happens once', async (t) => {
  const { bench, notificationId } = await setUp(t)
  await die(bench, 'callback')
  const request = { organizationId: ORGANIZATION, notificationId, ...WHY }
  const answers = await Promise.all([1, 2].map(() => replay(bench.pool, request).catch(sqlState)))
  t.same(answers.sort(), ['55000', 'callback'])
  t.equal(await bench.value('select count(*) from ledger.audit'), '1')
})

t.test('replay wants a reason', async (t) => {
  const { bench, notificationId } = await setUp(t)
  await die(bench, 'callback')
  for (const reason of ['', ' \t\n']) {
    const request = { organizationId: ORGANIZATION, notificationId, by: { name: 'anna', via: 'cli' }, reason }
    await t.rejects(replay(bench.pool, request), { code: '23514', constraint: 'reason_given' })
  }
  t.match(await bench.rows(ONE), [{ state: 'dead' }])
})

t.test('replay refuses what it does not know, and what names no record', async (t) => {
  const bench = await createBench(t)
  const deleted = deletedNotification()
  await bench.record(message([deleted]))
  const unknown = { organizationId: ORGANIZATION, notificationId: newNotificationId(), ...WHY }
  await t.rejects(replay(bench.pool, unknown), { code: 'P0002', message: /^no notification/ })
  await t.rejects(replay(bench.pool, { ...unknown, notificationId: deleted.notificationId }), /names no record/)
})

t.test('replay lets a second run write its own attempts', async (t) => {
  const { bench, notificationId } = await setUp(t)
  await die(bench, 'callback')
  await replay(bench.pool, { organizationId: ORGANIZATION, notificationId, ...WHY })
  await pass(bench.worker('w1'), 'callback', { kind: 'complete' })
  t.same(await bench.rows('select attempt_no, outcome from ledger.attempt order by attempt_no'), [
    { attempt_no: 1, outcome: 'gave_up' },
    { attempt_no: 2, outcome: 'dead' },
    { attempt_no: 3, outcome: 'completed' },
  ])
})

t.test('replay takes over a record that is open: the other is superseded by it', async (t) => {
  const { bench, notificationId, recordId } = await setUp(t)
  await die(bench, 'callback')
  const newer = notification({ recordId })
  await bench.recordEach([newer])
  await bench.rows("update ledger.work set due_at = now() + interval '1 hour'")
  t.equal(await replay(bench.pool, { organizationId: ORGANIZATION, notificationId, ...WHY }), 'callback')
  t.match(await bench.rows(`${ONE} order by received_at`), [
    { notification_id: notificationId, state: 'pending' },
    { notification_id: newer.notificationId, state: 'superseded', superseded_by: notificationId },
  ])
  t.match(await bench.worker('w1').claim('callback', 9), [{ notificationId, leaseNo: 3, replayed: true }])
})

t.test('replay waits for its turn while a worker has the record, and begins at callback then', async (t) => {
  const { bench, notificationId, recordId } = await setUp(t)
  await die(bench, 'write_back')
  await accept(bench)
  const [first, waiting] = [notification({ recordId }), notification({ recordId })]
  await bench.recordEach([first])
  const worker = bench.worker('w1')
  const items = await worker.claim('callback', 1)
  await bench.recordEach([waiting])
  t.equal(await replay(bench.pool, { organizationId: ORGANIZATION, notificationId, ...WHY }), 'callback')
  t.match(await bench.rows(`${ONE} order by received_at`), [
    { notification_id: notificationId, state: 'pending', step: 'callback' },
    { notification_id: first.notificationId, state: 'working' },
    { notification_id: waiting.notificationId, state: 'superseded', superseded_by: notificationId },
  ])
  await settleAll(worker, 'callback', items, { kind: 'complete' })
  t.match(await worker.claim('callback', 9), [{ notificationId, leaseNo: 4, attempts: 0, replayed: true }])
})

t.test('replay of many dead letters of one record leaves the last of them open', async (t) => {
  const bench = await createBench(t)
  const recordId = newOrderId()
  for (const _ of [1, 2, 3]) {
    await bench.recordEach([notification({ recordId })])
    await pass(bench.worker('w1'), 'callback', BURY)
  }
  const replayed = await bench.rows(
    `select ledger.replay(organization_id, notification_id, 'mended') from ledger.dead_letters order by finalized_at`,
  )
  t.equal(replayed.length, 3)
  t.match(await bench.rows(`${ONE} order by received_at`), [
    { state: 'superseded' },
    { state: 'superseded' },
    { state: 'pending' },
  ])
})

t.test('replay asks for the record where one id came with several, or takes the newest', async (t) => {
  const { bench, notificationId, recordId } = await setUp(t)
  const other = newOrderId()
  await bench.recordEach([notification({ notificationId, recordId: other })])
  await pass(bench.worker('w1'), 'callback', BURY)
  const request = { organizationId: ORGANIZATION, notificationId, ...WHY }
  await replay(bench.pool, { ...request, recordId })
  t.match(await bench.rows("select record_id from ledger.overview where state = 'pending'"), [{ record_id: recordId }])
  await die(bench, 'callback')
  await replay(bench.pool, request)
  t.match(await bench.rows('select record_id, lease_no from ledger.work'), [{ record_id: other, lease_no: 1 }])
  await replay(bench.pool, { ...request, recordId })
  t.same(await bench.rows("select 1 from ledger.overview where state <> 'pending'"), [])
})

async function setUp(t: Test): Promise<{ bench: Bench; notificationId: string; recordId: string }> {
  const bench = await createBench(t)
  const recordId = newOrderId()
  const one = notification({ recordId })
  await bench.recordEach([one])
  return { bench, notificationId: one.notificationId, recordId }
}

/** As if the order of the only notification had come through provision. */
async function accept(bench: Bench): Promise<void> {
  const intents = createIntents(bench.pool)
  const orderId = String(await bench.value('select record_id from ledger.notification'))
  await intents.recordOrder(ORGANIZATION, provisionRequest(orderId), { whmcsOrderId: '501', adopted: false })
  await bench.accept(orderId)
}

/** Carries what is due to this step, gives up there, and tells Salesforce of it. */
async function die(bench: Bench, at: Step): Promise<void> {
  const worker = bench.worker('w1')
  for (const step of STEPS.slice(0, STEPS.indexOf(at))) {
    await pass(worker, step, {
      kind: 'advance',
      step: step === 'callback' ? 'provision' : 'write_back',
      whmcsClientId: '7',
    })
  }
  // The one failure of a report that ends it.
  const code = at === 'write_back' ? 'SALESFORCE_RECORD_DELETED' : 'WHMCS_ORDER_REFUSED'
  await pass(worker, at, { kind: 'fail', failure: new Failure(code) })
  if (at !== 'write_back') await pass(worker, 'write_back', BURY)
}
