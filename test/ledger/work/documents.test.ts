import t from 'tap'
import { createBench, settleAll } from '../../helpers/ledger.ts'
import { notification, orderSnapshot } from '../../helpers/messages.ts'

t.test('saveSnapshots writes nothing for a lease that was lost', async (t) => {
  const bench = await createBench(t)
  const [late, other] = [bench.worker('w1'), bench.worker('w2')]
  await bench.recordEach([notification()])
  const [item] = await late.claim('callback', 1)
  if (!item) throw new Error('nothing was claimed')
  await late.release([item])
  const [again] = await other.claim('callback', 1)
  if (!again) throw new Error('nothing was claimed')
  await other.saveSnapshots([{ item: again, snapshot: orderSnapshot(item.recordId, { status: 'Approved' }) }])
  await late.saveSnapshots([{ item, snapshot: orderSnapshot(item.recordId) }])
  t.equal(await bench.value("select content->>'status' from ledger.snapshot"), 'Approved')
})

t.test('saveSnapshots keeps an order whose texts Postgres can not hold, and those beside it', async (t) => {
  const bench = await createBench(t)
  const worker = bench.worker('w1')
  await bench.recordEach([notification(), notification()])
  const items = await worker.claim('callback', 2)
  t.equal(items.length, 2)
  const status = 'a\0b\ud800c\udc00d😀'
  await worker.saveSnapshots(
    items.map((item, i) => ({ item, snapshot: orderSnapshot(item.recordId, i ? {} : { status }) })),
  )
  const [odd, plain] = await bench.rows("select content->>'status' as status from ledger.snapshot order by record_id")
  t.same([odd?.status, plain?.status].filter((kept) => kept === 'ab\ufffdc\ufffdd😀').length, 1)
  t.ok(odd && plain)
})

t.test('readBefore counts the orders that go back to callback, not those that come to it', async (t) => {
  const { worker: open, recordEach } = await createBench(t)
  const worker = open('a')
  await recordEach([notification(), notification(), notification()])
  t.equal(await worker.readBefore(10), 0)
  const [first, second] = await worker.claim('callback', 2)
  if (!first || !second) throw new Error('two were due')
  await settleAll(worker, 'callback', [first, second], { kind: 'advance', step: 'provision', whmcsClientId: '7' })
  t.equal(await worker.readBefore(10), 0)
  await settleAll(worker, 'provision', await worker.claim('provision', 1), { kind: 'refresh' })
  t.equal(await worker.readBefore(10), 1)
  await settleAll(worker, 'provision', await worker.claim('provision', 1), { kind: 'refresh' })
  t.equal(await worker.readBefore(10), 2)
  t.equal(await worker.readBefore(2), 1, 'the third has been due longer than those that went back')
})
