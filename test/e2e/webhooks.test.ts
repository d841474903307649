import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { openPool } from '../../src/ledger/postgres/pool.ts'
import { addWebhook, type WebhookRequest } from '../../src/operations/webhooks.ts'
import { webhooksOfPeople } from '../../src/service/webhooks.ts'
import { createLook } from '../helpers/look.ts'
import { type Receiver, startReceiver } from '../helpers/receiver.ts'
import { createService, createWorld, startService, type World } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

const PRIVATE = { WEBHOOK_ALLOW_PRIVATE: 'true' }
const ORDERS = ['order.activating', 'order.provisioned', 'order.failed', 'notification.dead']

t.jobs = 3

/** Tells the receiver of these. */
async function register(t: Test, world: World, receiver: Receiver, request: Pick<WebhookRequest, 'types'>) {
  const pool = openPool({ url: world.databaseUrl, connections: 2, name: 'test', onError: () => {} })
  t.teardown(() => pool.end())
  const ledger = webhooksOfPeople(pool, { WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_TIMEOUT: 5_000, proxies: {} })
  const webhook = await addWebhook(
    ledger,
    { url: receiver.url, ...request, by: { name: 'test', via: 'cli' } },
    { allowPrivate: true },
  )
  receiver.trust(webhook.secret)
  return { pool, webhook }
}

t.test('a program hears of an order from Activating to Provisioned, in this order, and can verify it', async (t) => {
  const world = await createService(t, PRIVATE)
  const { salesforce, endpoint } = world
  const receiver = await startReceiver(t)
  await register(t, world, receiver, { types: ORDERS })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await until(() => receiver.received.length === 2, 'both events')
  t.match(receiver.received, [
    { type: 'order.activating', data: { orderId, orderNumber: /^\d+$/ } },
    { type: 'order.provisioned', data: { orderId, whmcsOrderId: /^\d+$/ } },
  ])
  for (const { type, timestamp, data } of receiver.received) {
    const sample = JSON.parse(readFileSync(new URL(`../../fixtures/events/${type}.json`, import.meta.url), 'utf8'))
    t.same(Object.keys(data).sort(), Object.keys(sample.data).sort(), type)
    t.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  }
  t.same(receiver.forged, [])
})

t.test(
  'what did not arrive comes again with the same id, and what comes later of that order waits for it',
  async (t) => {
    const world = await createService(t, PRIVATE)
    const { salesforce, endpoint } = world
    const receiver = await startReceiver(t)
    const { pool } = await register(t, world, receiver, { types: ORDERS })
    receiver.answer(500)
    const orderId = salesforce.addOrder()
    await salesforce.send({ endpoint, orderIds: [orderId] })
    await createLook(t, world).once(t, orderId)
    const failed = `select status, error, attempts from ledger.delivery where status = 500`
    await until(async () => (await pool.query(failed)).rowCount === 1, 'the first try')
    t.match((await pool.query(failed)).rows, [{ status: 500, error: 'answered 500', attempts: 1 }])
    // Instead of waiting for five seconds.
    await pool.query(`update ledger.delivery set due_at = now(); `)
    await until(() => receiver.received.length === 3, 'all events')
    t.match(
      receiver.received.map(({ type }) => type),
      ['order.activating', 'order.activating', 'order.provisioned'],
    )
    t.equal(receiver.received[0]?.id, receiver.received[1]?.id)
  },
)

t.test('two processes deliver each event, and never one of them at the same time', async (t) => {
  const world = await createWorld(t, PRIVATE)
  const { salesforce } = world
  const receiver = await startReceiver(t, { holdMs: 20 })
  const one = await startService(t, world)
  const { pool } = await register(t, world, receiver, { types: ORDERS })
  await startService(t, world)
  const orderIds = Array.from({ length: 20 }, () => salesforce.addOrder())
  await salesforce.send({ endpoint: `${one.url}/outbound-messages/order`, orderIds })
  const provisioned = () => receiver.received.filter(({ type }) => type === 'order.provisioned')
  await until(() => provisioned().length === 20, 'all of them')
  await one.close()
  t.equal(new Set(receiver.received.map(({ id }) => id)).size, 40)
  t.equal(receiver.received.length, 40)
  t.equal(receiver.most, 1)
  for (const orderId of orderIds)
    t.same(
      receiver.received.filter(({ data }) => data.orderId === orderId).map(({ type }) => type),
      ['order.activating', 'order.provisioned'],
    )
  const open = "select from ledger.delivery where state <> 'delivered'"
  await until(async () => (await pool.query(open)).rowCount === 0, 'the log of all of them')
})

t.test('a receiver that never answers keeps neither another nor an order waiting', async (t) => {
  const world = await createService(t, { ...PRIVATE, WEBHOOK_TIMEOUT: '30s', DRAIN_SECONDS: '0' })
  const { salesforce, endpoint } = world
  const silent = await startReceiver(t, { holdMs: 86_400_000 })
  const receiver = await startReceiver(t)
  await register(t, world, silent, { types: ORDERS })
  await register(t, world, receiver, { types: ORDERS })
  const orderIds = Array.from({ length: 40 }, () => salesforce.addOrder())
  await salesforce.send({ endpoint, orderIds })
  const look = createLook(t, world)
  for (const orderId of orderIds) await look.once(t, orderId)
  await until(() => receiver.received.length === 80, 'all events')
  t.same(silent.received, [])
})

t.test('without WEBHOOK_ALLOW_PRIVATE nothing is sent into our own network', async (t) => {
  const world = await createService(t)
  const { salesforce, endpoint } = world
  const receiver = await startReceiver(t)
  const { pool } = await register(t, world, receiver, { types: ORDERS })
  await salesforce.send({ endpoint, orderIds: [salesforce.addOrder()] })
  const refused = "select error from ledger.delivery where error like '%https%'"
  await until(async () => (await pool.query(refused)).rowCount === 1, 'the refusal')
  t.same(receiver.bodies, [])
})
