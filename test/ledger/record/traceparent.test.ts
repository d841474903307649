/** The trace of a message comes back with the work on it, at every step. */
import t from 'tap'
import { createRecorder } from '../../../src/ledger/record/recorder.ts'
import { createBench, settleAll } from '../../helpers/ledger.ts'
import { message, notification } from '../../helpers/messages.ts'

const trace = (n: number) => `00-${String(n).repeat(32)}-${String(n).repeat(16)}-01`

t.test('record keeps the trace of each message of a group, and claim gives it back', async (t) => {
  const bench = await createBench(t)
  const recorder = createRecorder({ runner: bench.pool })
  const [one, two, other] = [notification(), notification(), notification()]
  await Promise.all([
    recorder.record(message([one, two], { traceparent: trace(1) })),
    recorder.record(message([other])),
  ])
  const items = await bench.worker('w').claim('callback', 10)
  const byId = new Map(items.map(({ notificationId, traceparent }) => [notificationId, traceparent]))
  t.equal(byId.size, 3)
  t.equal(byId.get(one.notificationId), trace(1))
  t.equal(byId.get(two.notificationId), trace(1))
  t.equal(byId.get(other.notificationId), undefined)
})

t.test('claim knows the trace at provision, where it gives no session', async (t) => {
  const bench = await createBench(t)
  await createRecorder({ runner: bench.pool }).record(message([notification()], { traceparent: trace(2) }))
  const worker = bench.worker('w')
  const items = await worker.claim('callback', 1)
  await settleAll(worker, 'callback', items, { kind: 'advance', step: 'provision', whmcsClientId: '7' })
  const [item] = await worker.claim('provision', 1)
  t.match(item, { step: 'provision', traceparent: trace(2) })
})
