import { randomBytes } from 'node:crypto'
import t from 'tap'
import type { WorkItem } from '../../../src/domain/notification.ts'
import { createVault } from '../../../src/ledger/record/vault.ts'
import { type Bench, createBench, pass, settleAll } from '../../helpers/ledger.ts'
import { message, newOrderId, notification } from '../../helpers/messages.ts'

const vault = createVault(randomBytes(32))
const SESSION = { sessionId: '00Dxx!secret' }
const KEPT = 'select session is not null from ledger.message'

t.test('claim opens the session for callback and write-back, and not for provision', async (t) => {
  const bench = await createBench(t)
  const worker = bench.worker('w1', vault)
  await bench.record(message([notification()], SESSION), vault)
  t.match(await pass(worker, 'callback', { kind: 'advance', step: 'provision', whmcsClientId: '7' }), [SESSION])
  t.match(await pass(worker, 'provision', { kind: 'advance', step: 'write_back' }), [{ sessionId: undefined }])
  t.match(await worker.claim('write_back', 1), [SESSION])
})

t.test('claim does without a session that another key sealed', async (t) => {
  const bench = await createBench(t)
  await bench.record(message([notification()], SESSION), vault)
  const worker = bench.worker('w1', createVault(randomBytes(32)))
  t.match(await worker.claim('callback', 1), [{ sessionId: undefined }])
})

t.test('settle forgets the session exactly when the last notification of the message is final', async (t) => {
  const bench = await createBench(t)
  const worker = bench.worker('w1', vault)
  const [first, second, third] = await claimThree(bench)
  await settleAll(worker, 'callback', [first], { kind: 'complete' })
  t.equal(await bench.value(KEPT), true, 'two are open')
  await settleAll(worker, 'callback', [second], { kind: 'ignore', code: 'NOT_ELIGIBLE', message: 'Draft' })
  t.equal(await bench.value(KEPT), true, 'one is open')
  await settleAll(worker, 'callback', [third], { kind: 'advance', step: 'write_back' })
  t.equal(await bench.value(KEPT), true, 'it goes on, and needs the session')
  await pass(worker, 'write_back', { kind: 'complete' })
  t.equal(await bench.value(KEPT), false)
})

t.test('settle of a batch with the last ones forgets the session', async (t) => {
  const bench = await createBench(t)
  const items = await claimThree(bench)
  await settleAll(bench.worker('w1', vault), 'callback', items, { kind: 'complete' })
  t.equal(await bench.value(KEPT), false)
})

t.test('settle by two workers of the last two at the same time forgets the session', async (t) => {
  const bench = await createBench(t)
  for (const _ of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
    await bench.record(message([notification(), notification()], SESSION), vault)
    const workers = [bench.worker('w1', vault), bench.worker('w2', vault)]
    const held: WorkItem[][] = []
    for (const worker of workers) held.push(await worker.claim('callback', 1))
    await Promise.all(workers.map((worker, i) => settleAll(worker, 'callback', held[i] ?? [], { kind: 'complete' })))
  }
  t.same(await bench.rows('select message_id from ledger.message where session is not null'), [])
})

t.test('settle leaves the session of another message alone', async (t) => {
  const bench = await createBench(t)
  await bench.record(message([notification()], SESSION), vault)
  await bench.record(message([notification()], SESSION), vault)
  const worker = bench.worker('w1', vault)
  await settleAll(worker, 'callback', await worker.claim('callback', 1), { kind: 'complete' })
  t.same(await bench.rows('select session is not null as kept from ledger.message order by message_id'), [
    { kept: false },
    { kept: true },
  ])
})

t.test('sweep removes what a dead worker left, and nothing that is needed', async (t) => {
  const bench = await createBench(t)
  const [first, second, third] = await claimThree(bench)
  // A worker without the key, or that died after its settlement: no one forgot.
  const dying = bench.worker('w1')
  await dying.settle('callback', [])
  await settleAll(dying, 'callback', [first, second].map(withoutSession), { kind: 'complete' })
  t.equal(await bench.worker('w2').sweep(), 0, 'one is open')
  await settleAll(dying, 'callback', [third].map(withoutSession), { kind: 'complete' })
  t.equal(await bench.value(KEPT), true)
  t.equal(await bench.worker('w2').sweep(), 1)
  t.equal(await bench.value(KEPT), false)
  t.equal(await bench.worker('w2').sweep(), 0)
})

t.test('sweep removes the session of a message whose last notification was superseded', async (t) => {
  const bench = await createBench(t)
  const recordId = newOrderId()
  await bench.record(message([notification({ recordId })], SESSION), vault)
  await bench.record(message([notification({ recordId })]), vault)
  await bench.worker('w1', vault).claim('callback', 10)
  t.equal(await bench.worker('w1').sweep(), 1)
})

async function claimThree(bench: Bench): Promise<[WorkItem, WorkItem, WorkItem]> {
  await bench.record(message([notification(), notification(), notification()], SESSION), vault)
  const [first, second, third] = await bench.worker('w1', vault).claim('callback', 3)
  if (!first || !second || !third) throw new Error('three were expected')
  return [first, second, third]
}

function withoutSession({ sessionId, ...item }: WorkItem): WorkItem {
  return item
}
