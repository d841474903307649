import t from 'tap'
import { createBench } from '../../helpers/ledger.ts'
import { notification } from '../../helpers/messages.ts'

t.test('pause never shortens a longer one', async (t) => {
  const bench = await createBench(t)
  await bench.worker('w1').pause('callback', { seconds: 3_600, code: 'SALESFORCE_LIMIT', message: 'an hour' })
  await bench.worker('w2').pause('callback', { seconds: 1, code: 'SALESFORCE_LIMIT', message: 'a second' })
  t.equal(await bench.value(`select until > now() + interval '50 minutes' from ledger.pause`), true)
})

t.test('current is the pause, also when its time is over, until the step is resumed', async (t) => {
  const bench = await createBench(t)
  const worker = bench.worker('w1')
  t.equal(await worker.current('callback'), undefined)
  await worker.pause('callback', { seconds: 60, code: 'SALESFORCE_LIMIT', message: 'no more\0 today' })
  const current = await bench.worker('w2').current('callback')
  t.match(current, { code: 'SALESFORCE_LIMIT', message: 'no more today', since: Date })
  t.ok(current && current.secondsLeft > 50 && current.secondsLeft <= 60)
  t.equal(await worker.current('provision'), undefined, 'another step')
  await bench.rows(`update ledger.pause set until = now() - interval '1 second'`)
  const over = await worker.current('callback')
  t.ok(over && over.secondsLeft <= -1, 'it is not forgotten: somebody has to probe')
  await worker.resume('callback')
  t.equal(await worker.current('callback'), undefined)
})

t.test('pause goes on from the first of several that follow each other, and begins anew after a rest', async (t) => {
  const bench = await createBench(t)
  const worker = bench.worker('w1')
  const limit = { seconds: 60, code: 'SALESFORCE_LIMIT', message: 'no more today' }
  const since = async () => (await worker.current('callback'))?.since.getTime()
  await worker.pause('callback', limit)
  await bench.rows(`update ledger.pause set since = since - interval '1 hour', until = now() - interval '50 seconds'`)
  await worker.pause('callback', limit)
  t.ok(Number(await since()) < Date.now() - 3_500_000, 'it looked again, and stands still again')
  await bench.rows(`update ledger.pause set until = now() - interval '2 minutes'`)
  await worker.pause('callback', limit)
  t.ok(Number(await since()) > Date.now() - 60_000)
})

t.test('pause holds again after its time was over, with the reason of the last one', async (t) => {
  const bench = await createBench(t)
  const worker = bench.worker('w1')
  await bench.recordEach([notification()])
  await worker.pause('callback', { seconds: 60, code: 'SALESFORCE_LIMIT', message: 'no more today' })
  await bench.rows(`update ledger.pause set until = now() - interval '1 second'`)
  await bench.worker('w2').pause('callback', { seconds: 60, code: 'SALESFORCE_UNREACHABLE', message: 'no answer' })
  t.same(await worker.claim('callback', 10), [])
  const current = await worker.current('callback')
  t.match(current, { code: 'SALESFORCE_UNREACHABLE', message: 'no answer' })
  t.ok(current && current.secondsLeft > 50)
  t.equal(await bench.value('select worker from ledger.pause'), 'w2')
})
