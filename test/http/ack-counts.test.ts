import t from 'tap'
import { createAckCounts } from '../../src/http/ack-counts.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { createAckTally } from '../../src/service/ack-tally.ts'

t.test('createAckCounts gives what came since it was asked last, each Ack in one class', async (t) => {
  const metrics = createMetrics()
  const counts = createAckCounts(metrics.ackCounts)
  t.same(await counts(), [])
  for (const seconds of [0.0015, 0.0016, 0.0016, 0.3, 90]) metrics.acked(seconds)
  t.same(await counts(), [
    { within: 0.002, count: 3 },
    { within: 0.5, count: 1 },
    { within: Number.POSITIVE_INFINITY, count: 1 },
  ])
  t.same(await counts(), [])
  metrics.acked(0.0015)
  t.same(await counts(), [{ within: 0.002, count: 1 }])
})

t.test('createAckTally writes nothing where nobody sent anything', async (t) => {
  const metrics = createMetrics()
  const seen: object[] = []
  const job = createAckTally(metrics, { saw: (one) => seen.push(one) })
  await job.turn()
  t.same(seen, [])
  metrics.acked(0.004)
  await job.turn()
  await job.turn()
  t.same(seen, [{ organizationId: '', kind: 'ack', detail: '0.005', count: 1 }])
})
