import t from 'tap'
import { createLook } from '../helpers/look.ts'
import { createService } from '../helpers/service.ts'
import { isObject } from '../simulators/salesforce/reply.ts'
import type { Salesforce } from '../simulators/salesforce.ts'

t.jobs = 4

t.test('an order is provisioned from a message without a session, with a token of our own', async (t) => {
  const world = await createService(t)
  const { salesforce, endpoint } = world
  const look = createLook(t, world)
  const orderId = salesforce.addOrder()
  t.match(await salesforce.send({ endpoint, orderIds: [orderId] }), { acked: true, attempts: 1 })
  await look.once(t, orderId)
  t.match(await look.settled(1), [{ state: 'completed', step: 'write_back', record_id: orderId, error_code: null }])
  t.match(salesforce.calls, { oauth: 1, query: 1, collections: 2, composite: 0, total: 3 })
  t.match(salesforce.record(orderId), {
    Provisioning_Error_Code__c: null,
    Provisioning_Error_Message__c: null,
    Last_Provisioning_At__c: /^\d{4}-\d\d-\d\dT/,
  })
})

t.test('an order is provisioned with the session of its message, without any login', async (t) => {
  const world = await createService(t)
  const { salesforce, endpoint } = world
  const look = createLook(t, world)
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId], sessionId: salesforce.issueSession() })
  await look.once(t, orderId)
  t.match(salesforce.calls, { oauth: 0, query: 1, collections: 2, total: 3 })
})

t.test('an order item learns the id of its WHMCS service', async (t) => {
  const world = await createService(t)
  const { salesforce, whmcs, endpoint } = world
  const look = createLook(t, world)
  const domain = salesforce.addProduct({ WHMCS_Product_ID__c: '242' })
  const hosting = salesforce.addProduct()
  const orderIds = [
    salesforce.addOrder({ items: [{ productId: hosting }, { productId: domain, Quantity: 3 }] }),
    salesforce.addOrder(),
  ]
  await salesforce.send({ endpoint, orderIds })
  for (const orderId of orderIds) {
    await look.once(t, orderId)
    const [{ services } = { services: [] }] = whmcs.ordersFor(orderId)
    t.same(
      await serviceIds(salesforce, orderId),
      services.map(({ id }) => String(id)),
    )
  }
  t.match(whmcs.ordersFor(orderIds[0] ?? ''), [
    {
      services: [
        { pid: 185, qty: 1 },
        { pid: 242, qty: 3 },
      ],
    },
  ])
})

t.test('a hundred orders of one message are provisioned with few calls to Salesforce', async (t) => {
  const world = await createService(t, { BATCH_WAIT: '2s' })
  const { salesforce, endpoint } = world
  const look = createLook(t, world)
  const orderIds = Array.from({ length: 100 }, () => salesforce.addOrder())
  const { acked, notificationIds } = await salesforce.send({ endpoint, orderIds })
  t.equal(acked, true)
  const rows = await look.settled(100)
  t.ok(rows.every(({ state }) => state === 'completed'))
  t.same(rows.map((row) => row.notification_id).sort(), notificationIds.toSorted())
  for (const orderId of orderIds) await look.once(t, orderId)
  const { oauth, query, queryMore, total } = salesforce.calls
  t.match({ oauth, query, queryMore }, { oauth: 1, query: 1, queryMore: 0 })
  t.ok(Number(total) <= 20, `${total} calls`)
})

t.test('a notification that is delivered again makes nothing new', async (t) => {
  const world = await createService(t)
  const { salesforce, whmcs, endpoint } = world
  const look = createLook(t, world)
  const orderId = salesforce.addOrder()
  const first = await salesforce.send({ endpoint, orderIds: [orderId] })
  const again = { endpoint, orderIds: [orderId], notificationIds: first.notificationIds }
  const deliveries = await Promise.all(Array.from({ length: 10 }, () => salesforce.send(again)))
  t.ok(deliveries.every(({ acked, attempts }) => acked && attempts === 1))
  await look.once(t, orderId)
  t.equal((await salesforce.send(again)).acked, true)
  t.match(await look.settled(1), [{ state: 'completed' }])
  t.match(whmcs.calls, { AddOrder: 1, AcceptOrder: 1 })
  t.same((await look.pool.query('select from ledger.message')).rowCount, 1)
})

t.test('ten concurrent deliveries of new notifications record each once', async (t) => {
  const world = await createService(t)
  const { salesforce, whmcs, endpoint } = world
  const look = createLook(t, world)
  const orderIds = [salesforce.addOrder(), salesforce.addOrder(), salesforce.addOrder()]
  const notificationIds = ['04l000000000001AAA', '04l000000000002AAA', '04l000000000003AAA']
  const message = { endpoint, orderIds, notificationIds }
  const deliveries = await Promise.all(Array.from({ length: 10 }, () => salesforce.send(message)))
  t.ok(deliveries.every(({ acked, attempts }) => acked && attempts === 1))
  for (const orderId of orderIds) await look.once(t, orderId)
  t.same(
    (await look.settled(3)).map(({ state }) => state),
    ['completed', 'completed', 'completed'],
  )
  t.match(whmcs.calls, { AddOrder: 3, AcceptOrder: 3 })
})

t.test('two notifications of one record make one order', async (t) => {
  const world = await createService(t)
  const { salesforce, whmcs, endpoint } = world
  const look = createLook(t, world)
  const orderId = salesforce.addOrder()
  await Promise.all([1, 2].map(() => salesforce.send({ endpoint, orderIds: [orderId] })))
  await salesforce.send({ endpoint, orderIds: [orderId, orderId] })
  await look.once(t, orderId)
  const rows = await look.settled(4)
  t.ok(rows.every(({ state }) => state === 'completed' || state === 'superseded'))
  t.equal(rows.at(-1)?.state, 'completed', 'the newest is never superseded')
  t.match(whmcs.calls, { AddOrder: 1, AcceptOrder: 1 })
})

/** Of the items of an order, in their order. */
async function serviceIds(salesforce: Salesforce, orderId: string): Promise<unknown[]> {
  const q = `SELECT WHMCS_Service_ID__c FROM OrderItem WHERE OrderId = '${orderId}' ORDER BY OrderItemNumber`
  const url = `${salesforce.url}/services/data/v67.0/query?${new URLSearchParams({ q })}`
  const reply = await fetch(url, { headers: { authorization: `Bearer ${salesforce.issueSession()}` } })
  const page: unknown = await reply.json()
  return isObject(page) && Array.isArray(page.records) ? page.records.map((row) => row.WHMCS_Service_ID__c) : []
}
