import { once } from 'node:events'
import { createServer } from 'node:net'
import t from 'tap'
import { remedyOf } from '../../../src/domain/codes.ts'
import { openLine } from '../../chaos/proxy.ts'
import { STATUS_CHANGED } from '../../helpers/events.ts'
import { newOrderId } from '../../helpers/messages.ts'
import { createEventBench, openStreamOf } from '../../helpers/subscriber.ts'
import { until } from '../../helpers/until.ts'

const CHANGES = '/data/OrderChangeEvent'

t.test('a stream that is open and says nothing is given up, and the next goes on', async (t) => {
  const bench = await createEventBench(t)
  bench.subscribe({ times: { silence: 1_000 } })
  const stream = await openStreamOf(bench.pubsub)
  stream.keepalive()
  stream.freeze()
  const orderId = newOrderId()
  bench.pubsub.bus.orderStatusChanged(orderId)
  t.same(await bench.recorded(1), [orderId])
  t.ok(bench.counted.includes('EVENTS_SILENT'))
})

t.test('a line that died is found out by pings', async (t) => {
  const bench = await createEventBench(t)
  const line = await openLine(() => bench.pubsub.port)
  t.teardown(() => line.close())
  bench.subscribe({ connect: { endpoint: { host: '127.0.0.1', port: line.port, tls: false }, pingMs: 1_500 } })
  const stream = await openStreamOf(bench.pubsub)
  stream.keepalive()
  await until(async () => (await bench.row()).replay_id ?? undefined, 'a position')
  line.blackHole()
  await until(() => bench.counted.includes('EVENTS_UNAVAILABLE'), 'the end of the dead line')
  line.heal('reset')
  bench.pubsub.bus.orderStatusChanged(newOrderId())
  t.equal((await bench.recorded(1)).length, 1)
})

t.test('a peer that takes the connection and never speaks is given up', async (t) => {
  const bench = await createEventBench(t)
  let open = 0
  const mute = createServer((socket) => {
    open += 1
    socket
      .on('error', () => {})
      .on('close', () => {
        open -= 1
      })
    socket.resume()
  })
  mute.listen(0, '127.0.0.1')
  await once(mute, 'listening')
  t.teardown(() => mute.close())
  const address = mute.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const { stop } = bench.subscribe({
    connect: { endpoint: { host: '127.0.0.1', port, tls: false } },
    times: { connect: 100 },
  })
  await until(() => bench.counted.filter((code) => code === 'EVENTS_UNAVAILABLE').length > 1, 'two tries')
  await stop()
  t.match(await bench.row(), { error_code: 'EVENTS_UNAVAILABLE', error_message: /said nothing/ })
  await until(() => open === 0, 'the end of all connections')
})

t.test('a lost position is told, all that is left is read, and the orders changed since are asked for', async (t) => {
  const bench = await createEventBench(t)
  const { bus } = bench.pubsub
  const first = bench.subscribe()
  await openStreamOf(bench.pubsub)
  const ids = [newOrderId(), newOrderId(), newOrderId()]
  bus.orderStatusChanged(ids[0] ?? '')
  await bench.recorded(1)
  const { last_event_at: last } = await bench.row()
  await first.stop()
  // Three days later: two of the events are gone, one of which nobody has read.
  bus.orderStatusChanged(newOrderId())
  bus.orderStatusChanged(ids[1] ?? '')
  bus.forget(STATUS_CHANGED, 2)
  bench.subscribe()
  t.same(new Set(await bench.recorded(2)), new Set(ids.slice(0, 2)))
  bus.orderStatusChanged(ids[2] ?? '')
  t.same(new Set(await bench.recorded(3)), new Set(ids))
  await until(async () => (await bench.row()).sweep_since === null, 'the sweep')
  t.ok(last instanceof Date && bench.sweeps.every((since) => since < last))
  t.equal(bench.sweeps.length, 1)
  t.ok(bench.counted.includes('lost'))
  t.ok(bench.log.lines.includes('error events.position_lost'))
  t.match(await bench.row(), { lost_at: Date, state: 'subscribed' })
  const starts = bench.pubsub.requests.filter(({ preset }, i) => i === 0 || preset !== 'LATEST')
  t.same(
    starts.map(({ preset }) => preset),
    ['LATEST', 'CUSTOM', 'EARLIEST'],
    'never LATEST again: later requests name none',
  )
})

t.test('an organisation that moved has other ids for the same events: none is recorded twice', async (t) => {
  const bench = await createEventBench(t)
  const { bus } = bench.pubsub
  bench.subscribe()
  const stream = await openStreamOf(bench.pubsub)
  const ids = [newOrderId(), newOrderId()]
  for (const id of ids) bus.orderStatusChanged(id)
  await bench.recorded(2)
  bus.migrate()
  stream.end({ code: '', status: 14 })
  await until(() => bench.counted.filter((kind) => kind === 'duplicate').length === 2, 'both came again')
  t.same(new Set(await bench.recorded(2)), new Set(ids))
})

const REFUSALS = [
  { code: 'subscription.limit.exceeded', state: 'paused', told: 'EVENTS_LIMIT', remedy: /custom channel/ },
  { code: 'service.protection.triggered', state: 'paused', told: 'EVENTS_TOO_MANY', remedy: /who else/ },
  {
    code: 'subscription.topic.cannot.subscribe',
    state: 'stopped',
    told: 'EVENTS_FORBIDDEN',
    remedy: /View All Records/,
  },
  { code: 'topic.meta.permission', state: 'stopped', told: 'EVENTS_FORBIDDEN', remedy: /Read on the event/ },
  { code: 'topic.not.found', state: 'stopped', told: 'EVENTS_TOPIC_UNKNOWN', remedy: /Change Data Capture/ },
  { code: 'service.tenant.license', state: 'stopped', told: 'EVENTS_NOT_LICENSED', remedy: /outbound messages/ },
  { code: 'service.auth.error', state: 'paused', told: 'SALESFORCE_SESSION_REFUSED', remedy: /OAuth/ },
  { code: 'nobody.knows.this', state: 'waiting', told: 'EVENTS_UNAVAILABLE', remedy: /firewall/ },
]

for (const { code, state, told, remedy } of REFUSALS) {
  t.test(`${code} is ${told}: the subscription is ${state}, says what helps, and goes on when it does`, async (t) => {
    t.match(remedyOf(told), remedy)
    const bench = await createEventBench(t)
    bench.pubsub.refuse({ on: 'Subscribe', code, status: 7, times: 2 })
    const states: unknown[] = []
    const subscriptions = bench.subscriptions()
    bench.subscribe({
      subscriptions: {
        ...subscriptions,
        backlog: async () => 0,
        report: (held, report) => {
          states.push(`${report.state} ${report.code ?? ''}`)
          return subscriptions.report(held, report)
        },
      },
    })
    await until(() => states.filter((one) => one === `${state} ${told}`).length === 2, 'both refusals')
    await openStreamOf(bench.pubsub)
    const orderId = newOrderId()
    bench.pubsub.bus.orderStatusChanged(orderId)
    t.same(await bench.recorded(1), [orderId])
  })
}

t.test('a topic that the user may not read stops before a stream is opened', async (t) => {
  const bench = await createEventBench(t)
  bench.pubsub.bus.topic(STATUS_CHANGED).canSubscribe = false
  bench.subscribe({ times: { pause: 60_000 } })
  await until(async () => (await bench.row()).state === 'stopped', 'the stop')
  t.match(await bench.row(), { error_code: 'EVENTS_FORBIDDEN' })
  t.equal(bench.pubsub.requests.length, 0)
})

t.test('an event that nobody can read is kept with its bytes, and what comes after it is read', async (t) => {
  const bench = await createEventBench(t)
  const { bus } = bench.pubsub
  bench.subscribe()
  await openStreamOf(bench.pubsub)
  const [one, two] = [newOrderId(), newOrderId()]
  const good = bus.orderStatusChanged(one)
  const garbage = Buffer.from('no avro at all')
  bus.publishBytes(STATUS_CHANGED, { id: 'poison', schemaId: good.schemaId, payload: garbage })
  bus.publishBytes(STATUS_CHANGED, { id: 'strange', schemaId: 'unheard-of', payload: good.payload })
  bus.orderStatusChanged('not an id')
  bus.orderStatusChanged(two)
  t.same(new Set(await bench.recorded(2)), new Set([one, two]))
  const kept = await bench.rows(
    'select event_id, schema_id, payload, reason from ledger.undecodable_event order by received_at, replay_id',
  )
  t.match(kept, [
    { event_id: 'poison', payload: garbage },
    { event_id: 'strange', payload: good.payload, reason: /unheard-of is not to be had/ },
    { reason: /OrderId is not an id/ },
  ])
  await until(() => bench.sweeps.length > 0, 'a look at the orders that they may have been about')
  t.match(await bench.row(), { undecodable: '3', recorded: '2' })
  t.equal(bench.pubsub.streams.size, 1)
})

t.test('an event in which Postgres can hold not everything keeps nothing from being recorded', async (t) => {
  const bench = await createEventBench(t)
  const { bus } = bench.pubsub
  bus.topic(CHANGES)
  bench.subscribe({ topic: CHANGES })
  await openStreamOf(bench.pubsub)
  const ids = [newOrderId(), newOrderId()]
  bus.orderChanged({ recordIds: ids.slice(0, 1), fields: { Description: 'nul \0 and half \ud83d' } })
  bus.orderChanged({ recordIds: ids.slice(1) })
  t.same(new Set(await bench.recorded(2)), new Set(ids))
})

t.test('a schema that can not be had for long holds the stream up no longer', async (t) => {
  const bench = await createEventBench(t)
  bench.subscribe()
  const stream = await openStreamOf(bench.pubsub)
  stream.keepalive()
  await until(async () => (await bench.row()).replay_id ?? undefined, 'a position')
  bench.pubsub.refuse({ on: 'GetSchema', code: 'schema.api.unavailable', status: 14, times: 5 })
  bench.pubsub.bus.orderStatusChanged(newOrderId())
  await until(async () => (await bench.row()).undecodable === '1', 'the event is put aside')
  const orderId = newOrderId()
  bench.pubsub.bus.orderStatusChanged(orderId)
  t.same(await bench.recorded(1), [orderId])
})
