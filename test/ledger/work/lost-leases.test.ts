import t, { type Test } from 'tap'
import type { WorkItem } from '../../../src/domain/notification.ts'
import { createBench, settleAll } from '../../helpers/ledger.ts'
import { notification } from '../../helpers/messages.ts'

/** What one worker has of one notification: a lease that it lost unawares, and the one that it has now. */
async function twice(
  t: Test,
): Promise<{ bench: Awaited<ReturnType<typeof createBench>>; old: WorkItem; now: WorkItem }> {
  const bench = await createBench(t)
  const worker = bench.worker('w1')
  await bench.recordEach([notification()])
  const [old] = await worker.claim('callback', 1)
  await bench.rows(`update ledger.work set lease_until = now() - interval '1 second'`)
  await bench.worker('w2').rescue()
  const [now] = await worker.claim('callback', 1)
  if (!old || !now) throw new Error('one was expected')
  return { bench, old, now }
}

t.test('renew names a lost lease although the worker has the same notification by a later one', async (t) => {
  const { bench, old, now } = await twice(t)
  t.same(await bench.worker('w1').renew([old, now]), [old])
})

t.test('settle names a lost lease although the worker settles a later one of the same notification', async (t) => {
  const { bench, old, now } = await twice(t)
  t.same(await settleAll(bench.worker('w1'), 'callback', [old, now], { kind: 'complete' }), [old])
  t.same(await bench.rows('select attempt_no, outcome from ledger.attempt order by 1'), [
    { attempt_no: 1, outcome: 'lost' },
    { attempt_no: 2, outcome: 'completed' },
  ])
})
