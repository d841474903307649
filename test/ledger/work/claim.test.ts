import t from 'tap'
import type { Step, WorkItem } from '../../../src/domain/notification.ts'
import type { Outcome } from '../../../src/domain/outcome.ts'
import { dismiss } from '../../../src/ledger/people/acts.ts'
import { createRecorder } from '../../../src/ledger/record/recorder.ts'
import type { Queue } from '../../../src/ledger/work/queue.ts'
import { createBench, pass, settleAll } from '../../helpers/ledger.ts'
import {
  message,
  newNotificationId,
  newOrderId,
  notification,
  ORGANIZATION,
  orderSnapshot,
} from '../../helpers/messages.ts'

const HUNDRED = Array.from({ length: 100 }, (_, i) => i)
const ids = (items: { notificationId: string }[]) => items.map(({ notificationId }) => notificationId)

t.test('claim leases what is due in order of arrival, up to the limit', async (t) => {
  const bench = await createBench(t)
  // The ids fall while the times rise: neither the key nor the insert decides.
  const notifications = [newNotificationId(), newNotificationId(), newNotificationId()]
    .toReversed()
    .map((notificationId) => notification({ notificationId }))
  await bench.recordEach(notifications)
  const items = await bench.worker('w1').claim('callback', 2)
  t.same(ids(items), ids(notifications.slice(0, 2)))
  t.match(items[0], { leaseNo: 1, step: 'callback', recordId: notifications[0]?.recordId, attempts: 0 })
  t.same(ids(await bench.worker('w2').claim('callback', 2)), ids(notifications.slice(2)), 'the rest is for the next')
})

t.test('claim takes a lease by the clock of the database', async (t) => {
  const bench = await createBench(t)
  await bench.recordEach([notification()])
  await bench.worker('w1').claim('callback', 1)
  const lease = `select lease_holder, lease_no, lease_until - leased_at = interval '30 seconds' as half_a_minute,
    leased_at <= clock_timestamp() as by_its_clock from ledger.work`
  t.same(await bench.rows(lease), [{ lease_holder: 'w1', lease_no: 1, half_a_minute: true, by_its_clock: true }])
})

t.test('claim leaves alone what is not due, at another step, or paused', async (t) => {
  const bench = await createBench(t)
  const worker = bench.worker('w1')
  await bench.recordEach([notification()])
  t.same(await worker.claim('provision', 10), [])
  await worker.pause('callback', { seconds: 60, code: 'SALESFORCE_LIMIT', message: 'no more today' })
  t.same(await worker.claim('callback', 10), [])
  await worker.resume('callback')
  await bench.rows(`update ledger.work set due_at = now() + interval '1 hour'`)
  t.same(await worker.claim('callback', 10), [])
  await bench.rows('update ledger.work set due_at = now()')
  t.equal((await worker.claim('callback', 10)).length, 1)
})

t.test('claim goes on by itself when a pause has run out', async (t) => {
  const bench = await createBench(t)
  await bench.recordEach([notification()])
  const worker = bench.worker('w1')
  await worker.pause('callback', { seconds: 60, code: 'SALESFORCE_LIMIT', message: 'no more today' })
  await bench.rows(`update ledger.pause set until = now() - interval '1 second'`)
  t.equal((await worker.claim('callback', 10)).length, 1)
})

t.test('claim answers in the order of arrival, whatever is due first', async (t) => {
  const bench = await createBench(t)
  const ids = ['C', 'A', 'D', 'B'].map((letter) => `04lSs00000Aa00${letter}IAB`)
  const records = ['2', '4', '1', '3'].map((digit) => `801Ss00000Ab${digit}CdIAJ`)
  await bench.recordEach(ids.map((notificationId, i) => notification({ notificationId, recordId: records[i] ?? '' })))
  // Retries are due in an order of their own.
  await bench.rows(`update ledger.work set due_at = now() - random() * interval '1 minute'`)
  const claimed = await bench.worker('w1').claim('callback', 10)
  t.same(
    claimed.map(({ notificationId }) => notificationId),
    ids,
  )
  await bench.rows(`update ledger.work set received_at = '2026-10-01', lease_until = now() - interval '1 second'`)
  await bench.worker('w2').rescue()
  const together = await bench.worker('w1').claim('callback', 10)
  t.same(
    together.map(({ notificationId }) => notificationId),
    ids.toSorted(),
    'those of one moment by their ids',
  )
})

t.test('claim takes the newest of several of one record; the older were superseded as it arrived', async (t) => {
  const bench = await createBench(t)
  const recordId = newOrderId()
  const three = [1, 2, 3].map(() => notification({ recordId }))
  await bench.recordEach(three)
  const items = await bench.worker('w1').claim('callback', 10)
  t.same(ids(items), [three[2]?.notificationId])
  t.same(await bench.rows('select state, superseded_by from ledger.overview order by received_at'), [
    { state: 'superseded', superseded_by: three[1]?.notificationId },
    { state: 'superseded', superseded_by: three[2]?.notificationId },
    { state: 'working', superseded_by: null },
  ])
})

t.test('claim keeps one that arrives while its record is working: it waits, and is worked on afterwards', async (t) => {
  const bench = await createBench(t)
  const recordId = newOrderId()
  const worker = bench.worker('w1')
  await bench.recordEach([notification({ recordId })])
  const first = await worker.claim('callback', 10)
  const later = notification({ recordId })
  await bench.recordEach([later])
  t.same(await bench.worker('w2').claim('callback', 10), [])
  await settleAll(worker, 'callback', first, { kind: 'complete' })
  t.same(ids(await bench.worker('w2').claim('callback', 10)), [later.notificationId])
})

t.test('claim lets one worker have a record, however many notifications and workers there are', async (t) => {
  const bench = await createBench(t)
  const records = [1, 2, 3].map(() => newOrderId())
  const recorder = createRecorder({ runner: bench.pool })
  const workers = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => bench.worker(`w${n}`))
  for (const _ of [1, 2, 3]) {
    const many = HUNDRED.map((i) => notification({ recordId: records[i % 3] ?? newOrderId() }))
    await recorder.record(message(many))
    // Every claim has a batch of its own; each of them holds several notifications of every record.
    const claimed = await Promise.all(
      workers.map(async (worker) => ({ worker, items: await worker.claim('callback', 9) })),
    )
    const held = claimed.flatMap(({ items }) => items.map((item) => item.recordId))
    t.equal(held.length, new Set(held).size, 'no record twice')
    for (const { worker, items } of claimed)
      t.same(await settleAll(worker, 'callback', items, { kind: 'complete' }), [])
  }
  await drain(bench.worker('last'), 'callback')
  t.same(await bench.rows(`select distinct state::text from ledger.overview order by 1`), [
    { state: 'completed' },
    { state: 'superseded' },
  ])
  t.same(await bench.rows('select count(*)::integer as n from ledger.notification'), [{ n: 300 }])
})

t.test('claim takes those that came to the step first, and hands them out in order of arrival', async (t) => {
  const bench = await createBench(t)
  const worker = bench.worker('w1')
  const notifications = HUNDRED.slice(0, 6).map(() => notification())
  await bench.recordEach(notifications)
  const items = await worker.claim('callback', 10)
  for (const item of items.toReversed()) {
    await settleAll(worker, 'callback', [item], { kind: 'advance', step: 'write_back' })
  }
  t.same(ids(await worker.claim('write_back', 3)), ids(notifications.slice(3)))
})

t.test('claim hands over what the step needs: snapshot, intent and what failed', async (t) => {
  const bench = await createBench(t)
  const worker = bench.worker('w1')
  await bench.recordEach([notification()])
  const [item] = await worker.claim('callback', 1)
  if (!item) throw new Error('nothing was claimed')
  const snapshot = orderSnapshot(item.recordId)
  await worker.saveSnapshots([{ item, snapshot }])
  await settleAll(worker, 'callback', [item], { kind: 'advance', step: 'provision', whmcsClientId: '7' })
  const provision = await pass(worker, 'provision', { kind: 'advance', step: 'write_back', whmcsOrderId: '501' })
  t.match(provision, [{ leaseNo: 2, snapshot }])
  t.match(await worker.claim('write_back', 1), [{ leaseNo: 3, snapshot: undefined }])
})

t.test('claim hands callback the order as it was when it became a dead letter, and no other', async (t) => {
  const bench = await createBench(t)
  const worker = bench.worker('w1')
  const recordId = newOrderId()
  const snapshot = orderSnapshot(recordId)
  const next = async (outcome: Outcome) => {
    await bench.recordEach([notification({ recordId })])
    const [item] = await worker.claim('callback', 1)
    if (!item) throw new Error('nothing was claimed')
    await worker.saveSnapshots([{ item, snapshot }])
    await settleAll(worker, 'callback', [item], outcome)
    return item.snapshot
  }
  const ignored = { kind: 'ignore', code: 'NOT_ELIGIBLE', message: 'x' } as const
  t.equal(await next(ignored), undefined)
  t.equal(await next({ kind: 'bury' }), undefined)
  t.same(await next(ignored), snapshot)
  t.equal(await next(ignored), undefined, 'read again since, for one that did not fail')
  await next({ kind: 'bury' })
  const id = await bench.value(
    "select notification_id from ledger.outcome where state = 'dead' order by finalized_at desc",
  )
  const dismissal = { notificationId: String(id), reason: 'of no use', by: { name: 'anna', via: 'cli' } }
  await dismiss(bench.pool, { organizationId: ORGANIZATION, ...dismissal })
  t.same(await next(ignored), snapshot, 'the echo of a report may come when the dead letter was dismissed')
})

t.test('backlog counts what waits at a step, no further than asked', async (t) => {
  const bench = await createBench(t)
  await bench.recordEach([notification(), notification(), notification()])
  const worker = bench.worker('w1')
  const counted = await Promise.all([
    worker.backlog('callback', 10),
    worker.backlog('callback', 2),
    worker.backlog('provision', 9),
  ])
  t.same(counted, [3, 2, 0])
})

/** Completes whatever is due at a step until nothing is. */
async function drain(worker: Queue, step: Step): Promise<void> {
  for (let items: WorkItem[] = await worker.claim(step, 100); items.length > 0; items = await worker.claim(step, 100)) {
    await settleAll(worker, step, items, { kind: 'complete' })
  }
}
