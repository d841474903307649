import t from 'tap'
import { APPROVED, CHANGES, createEventWorld, STATUS_CHANGED } from '../helpers/events.ts'
import { startService } from '../helpers/service.ts'
import { connected } from '../helpers/spare.ts'
import { until } from '../helpers/until.ts'

const rows = (url: string, sql: string, values: unknown[] = []) =>
  connected(url, async (client) => (await client.query(sql, values)).rows)

t.test('an order that comes by all three doors at once is provisioned once', async (t) => {
  const world = await createEventWorld(t, { PUBSUB_TOPICS: [STATUS_CHANGED, APPROVED, CHANGES].join(',') })
  const { salesforce, whmcs, pubsub, databaseUrl } = world
  const service = await startService(t, world)
  await until(() => pubsub.streams.size === 3, 'three streams')
  const orderId = salesforce.addOrder()
  pubsub.bus.orderStatusChanged(orderId)
  pubsub.bus.orderApproved(orderId)
  pubsub.bus.orderChanged({ recordIds: [orderId], changeType: 'UPDATE', fields: { Status: 'Activated' } })
  await salesforce.send({ endpoint: `${service.url}/outbound-messages/order`, orderIds: [orderId] })
  await until(() => salesforce.record(orderId)?.Provisioning_Status__c === 'Provisioned', 'the report')
  const sources = await until(async () => {
    const open = await rows(databaseUrl, 'select 1 from ledger.inbox')
    const found = await rows(databaseUrl, 'select source, state from ledger.overview where record_id = $1', [orderId])
    return open.length === 0 && found.length >= 4 && found
  }, 'four notifications')
  t.same(new Set(sources.map(({ source }) => source)), new Set(['platform-event', 'change-event', 'outbound-message']))
  t.ok(sources.every(({ state }) => state === 'completed' || state === 'superseded'))
  t.equal(whmcs.ordersFor(orderId).length, 1)
})

t.test('what Soapstone writes itself comes back as a change event, and is counted and not recorded', async (t) => {
  const world = await createEventWorld(t, { PUBSUB_TOPICS: CHANGES })
  const { salesforce, pubsub, databaseUrl } = world
  await startService(t, world)
  await until(() => pubsub.streams.size === 1, 'the stream')
  const orderId = salesforce.addOrder()
  pubsub.bus.orderChanged({ recordIds: [orderId], fields: { Status: 'Activated' } })
  await until(() => salesforce.record(orderId)?.Provisioning_Status__c === 'Provisioned', 'the report')
  const counted = await until(async () => {
    const [row] = await rows(databaseUrl, 'select own::integer, recorded::integer from ledger.subscription')
    return row?.own >= 2 && row
  }, 'Activating and Provisioned came back')
  t.same(counted, { own: 2, recorded: 1 })
})

t.test('a token that Salesforce refuses is renewed, and the stream goes on', async (t) => {
  const world = await createEventWorld(t)
  const { salesforce, pubsub } = world
  await startService(t, world)
  await until(() => pubsub.streams.size === 1, 'the stream')
  salesforce.expireSessions()
  for (const stream of pubsub.streams) stream.end({ code: 'service.auth.error', status: 16 })
  await until(() => pubsub.streams.size === 1, 'the next stream')
  const orderId = salesforce.addOrder()
  pubsub.bus.orderStatusChanged(orderId)
  await until(() => salesforce.record(orderId)?.Provisioning_Status__c === 'Provisioned', 'the report')
  t.equal(salesforce.calls.oauth, 2)
})

t.test('of two processes one subscribes, and the other takes over where it ended', async (t) => {
  const world = await createEventWorld(t)
  const { salesforce, pubsub, databaseUrl } = world
  const first = await startService(t, world)
  await startService(t, world)
  await until(() => pubsub.streams.size === 1, 'the stream')
  const one = salesforce.addOrder()
  pubsub.bus.orderStatusChanged(one)
  await until(() => salesforce.record(one)?.Provisioning_Status__c === 'Provisioned', 'the report')
  t.equal(pubsub.delivered, 1)
  const [holder] = await rows(databaseUrl, 'select lease_holder, lease_no from ledger.subscription')
  await first.close()
  const two = salesforce.addOrder()
  pubsub.bus.orderStatusChanged(two)
  await until(() => salesforce.record(two)?.Provisioning_Status__c === 'Provisioned', 'the report of the next')
  const [after] = await rows(databaseUrl, 'select lease_holder, lease_no from ledger.subscription')
  t.ok(after?.lease_no === holder?.lease_no || after?.lease_holder !== holder?.lease_holder)
  t.equal(pubsub.delivered, 2)
})
