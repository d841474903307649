import t from 'tap'
import { STATUS_CHANGED } from '../../helpers/events.ts'
import { newOrderId } from '../../helpers/messages.ts'
import { createEventBench, openStreamOf } from '../../helpers/subscriber.ts'
import { until } from '../../helpers/until.ts'

const orders = (count: number) => Array.from({ length: count }, newOrderId)

t.test(
  'a first stream begins with what happens from now on, and asks for no more than Salesforce lets be open',
  async (t) => {
    const bench = await createEventBench(t)
    bench.pubsub.bus.orderStatusChanged(newOrderId())
    bench.subscribe()
    await openStreamOf(bench.pubsub)
    const orderId = newOrderId()
    bench.pubsub.bus.orderStatusChanged(orderId)
    t.same(await bench.recorded(1), [orderId])
    const [first] = bench.pubsub.requests
    t.match(first, { topic: STATUS_CHANGED, preset: 'LATEST', count: 100 })
    t.match(await bench.row(), { state: 'subscribed', recorded: '1', error_code: null })
  },
)

t.test('a first stream begins with all that Salesforce has, where the settings say so', async (t) => {
  const bench = await createEventBench(t)
  const ids = orders(3)
  for (const id of ids) bench.pubsub.bus.orderStatusChanged(id)
  bench.subscribe({ firstStart: 'earliest' })
  t.same(new Set(await bench.recorded(3)), new Set(ids))
  t.equal(bench.pubsub.requests[0]?.preset, 'EARLIEST')
})

t.test('the next stream begins after what was committed, in whatever way the one before ended', async (t) => {
  const bench = await createEventBench(t)
  bench.subscribe()
  const ends = [
    undefined,
    { code: '', status: 14 },
    { code: 'service.unavailable', status: 14 },
    { code: 'what.is.this', status: 2 },
  ]
  const ids: string[] = []
  for (const end of ends) {
    const stream = await openStreamOf(bench.pubsub)
    ids.push(newOrderId(), newOrderId())
    for (const id of ids.slice(-2)) bench.pubsub.bus.orderStatusChanged(id)
    await bench.recorded(ids.length)
    stream.end(end)
    await until(() => !bench.pubsub.streams.has(stream), 'the end')
    // What happens while nobody listens.
    ids.push(newOrderId())
    bench.pubsub.bus.orderStatusChanged(ids.at(-1) ?? '')
    await bench.recorded(ids.length)
  }
  t.same(new Set(await bench.recorded(ids.length)), new Set(ids))
  const starts = bench.pubsub.requests.filter(({ preset, replayId }) => preset !== 'LATEST' || replayId.length > 0)
  t.equal(starts.filter(({ preset }) => preset === 'CUSTOM').length, ends.length)
  t.notOk(bench.counted.includes('duplicate'), 'nothing came twice')
})

t.test('events stay in their order while a schema is slow to come', async (t) => {
  const bench = await createEventBench(t)
  const { bus } = bench.pubsub
  bench.pubsub.schemaDelayMs = 100
  bench.pubsub.batch = 1
  bench.subscribe({ topic: '/data/OrderChangeEvent', times: { retryFirst: 10 } })
  bus.topic('/data/OrderChangeEvent')
  await openStreamOf(bench.pubsub)
  const ids = orders(6)
  const newer = bus.withField('New_Field__c')
  for (const [i, id] of ids.entries()) bus.orderChanged({ recordIds: [id], ...(i < 3 && { schema: newer }) })
  t.same(await bench.recorded(6), ids)
  t.equal(new Set(bench.pubsub.schemasAsked).size, bench.pubsub.schemasAsked.length, 'each schema was asked for once')
})

t.test('a crash between the commit and the request for more loses nothing and repeats nothing', async (t) => {
  const bench = await createEventBench(t)
  let asked = 0
  const dies = async () => {
    asked += 1
    if (asked === 2) throw new Error('the process is gone')
    return 0
  }
  bench.subscribe({ subscriptions: { ...bench.subscriptions(), backlog: dies } })
  await openStreamOf(bench.pubsub)
  const ids = orders(2)
  bench.pubsub.bus.orderStatusChanged(ids[0] ?? '')
  await until(() => asked > 2, 'the next stream')
  bench.pubsub.bus.orderStatusChanged(ids[1] ?? '')
  t.same(await bench.recorded(2), ids)
  t.same(
    bench.counted.filter((kind) => kind === 'duplicate'),
    [],
  )
})

t.test('what was not committed comes again', async (t) => {
  const bench = await createEventBench(t)
  const subscriptions = bench.subscriptions()
  let failures = 0
  bench.subscribe({
    subscriptions: {
      ...subscriptions,
      backlog: async () => 0,
      commit: (held, batch) => {
        failures -= 1
        return failures >= 0 ? Promise.reject(new Error('the ledger is away')) : subscriptions.commit(held, batch)
      },
    },
  })
  const stream = await openStreamOf(bench.pubsub)
  stream.keepalive()
  await until(async () => (await bench.row()).replay_id ?? undefined, 'a position')
  failures = 3
  const ids = orders(2)
  for (const id of ids) bench.pubsub.bus.orderStatusChanged(id)
  t.same(new Set(await bench.recorded(2)), new Set(ids))
  t.ok(bench.pubsub.delivered > 2)
})

t.test('no more events are let in than the ledger can take, and the stream stays open', async (t) => {
  const bench = await createEventBench(t)
  let waiting = 9_993
  bench.subscribe({
    subscriptions: { ...bench.subscriptions(), backlog: async () => waiting },
    times: { longestWithoutCredit: 50 },
  })
  const stream = await openStreamOf(bench.pubsub)
  t.equal(stream.pending, 7)
  waiting = 10_000
  const ids = orders(7)
  for (const id of ids) bench.pubsub.bus.orderStatusChanged(id)
  await bench.recorded(7)
  await until(() => stream.pending === 1, 'one event, so that the stream is not ended')
  waiting = 0
  bench.pubsub.bus.orderStatusChanged(newOrderId())
  await until(() => stream.pending === 100, 'as many as may be')
  t.equal(bench.pubsub.streams.size, 1)
})

t.test('the position of a quiet topic is kept, too', async (t) => {
  const bench = await createEventBench(t)
  bench.subscribe()
  const stream = await openStreamOf(bench.pubsub)
  stream.keepalive()
  const before = await until(async () => (await bench.row()).replay_id ?? undefined, 'a position')
  stream.keepalive()
  await until(async () => String((await bench.row()).replay_id) !== String(before), 'another position')
  t.equal((await bench.row()).recorded, '0')
})

t.test('a first stream that broke before anything was kept costs a look at the orders changed since', async (t) => {
  const bench = await createEventBench(t)
  bench.subscribe()
  const stream = await openStreamOf(bench.pubsub)
  stream.end({ code: '', status: 14 })
  const [since] = await until(() => bench.sweeps.length > 0 && bench.sweeps, 'a sweep')
  t.ok(since !== undefined && since.getTime() < Date.now() - 9 * 60_000, 'with a margin for the clocks')
})

t.test(
  'a subscription that another process has is left to it, and taken over when its lease has run out',
  async (t) => {
    const bench = await createEventBench(t)
    const dead = bench.subscriptions('dead', 200)
    const held = await dead.take(STATUS_CHANGED)
    bench.subscribe()
    await openStreamOf(bench.pubsub)
    const row = await bench.row()
    t.match(row, { lease_holder: 'one', lease_no: 2 })
    if (held === undefined) throw new Error('it was free')
    t.equal(await dead.commit(held, { undecodable: [], own: 1, other: 0 }), 'lost')
    t.equal(await dead.renew(held), false)
    t.equal((await bench.row()).own, '0')
  },
)

t.test('a subscriber that lost its lease reads no more', async (t) => {
  const bench = await createEventBench(t)
  bench.subscribe({ times: { lease: 200, takeEvery: 60_000 } })
  await openStreamOf(bench.pubsub)
  await bench.rows(
    "update ledger.subscription set lease_holder = 'another', lease_no = lease_no + 1, lease_until = now() + interval '1 hour'",
  )
  await until(() => bench.pubsub.streams.size === 0, 'the end of the stream')
  t.match(await bench.row(), { lease_holder: 'another' })
})

t.test('a subscriber that stops gives its lease back at once', async (t) => {
  const bench = await createEventBench(t)
  const subscriber = bench.subscribe()
  await openStreamOf(bench.pubsub)
  await subscriber.stop()
  t.match(await bench.row(), { lease_holder: null })
  await until(() => bench.pubsub.streams.size === 0, 'the end of the stream in Salesforce')
})
