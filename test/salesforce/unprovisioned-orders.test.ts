import t from 'tap'
import { DEFAULT_MAPPING } from '../../src/config/mapping/read.ts'
import { createUnprovisionedOrders } from '../../src/salesforce/unprovisioned-orders.ts'
import { createAdapter } from '../helpers/salesforce.ts'

const LONG_AGO = new Date('2020-01-01')

t.test('changedSince finds the approved orders of which Salesforce says nothing', async (t) => {
  const { salesforce, sessions, rest } = await createAdapter(t)
  const orders = createUnprovisionedOrders({ sessions, rest, mapping: () => DEFAULT_MAPPING })
  const wanted = salesforce.addOrder()
  salesforce.addOrder({ fields: { Status: 'Draft' } })
  for (const status of ['Activating', 'Provisioned', 'Failed']) {
    salesforce.addOrder({ fields: { Provisioning_Status__c: status } })
  }
  const stamp = Date.parse(String(salesforce.record(wanted)?.SystemModstamp).replace('+0000', 'Z'))
  t.match(await orders.changedSince(LONG_AGO), [
    { orderId: wanted, changedAt: new Date(stamp), fields: { Status: 'Activated', OrderNumber: '00000101' } },
  ])
  t.equal((await orders.changedSince(new Date(stamp))).length, 1)
  t.same(await orders.changedSince(new Date(stamp + 1_000)), [])
})

t.test('changedSince asks for a thousand orders with one call', async (t) => {
  const { salesforce, sessions, rest } = await createAdapter(t)
  const orders = createUnprovisionedOrders({ sessions, rest, mapping: () => DEFAULT_MAPPING })
  for (let n = 0; n < 1_000; n++) salesforce.addOrder({ items: [] })
  t.equal((await orders.changedSince(LONG_AGO)).length, 1_000)
  t.equal(salesforce.calls.total, 1)
  salesforce.pageSize = 300
  t.equal(new Set((await orders.changedSince(LONG_AGO)).map(({ orderId }) => orderId)).size, 1_000)
})

t.test('changedSince takes statuses as they are written, and a condition besides', async (t) => {
  const { salesforce, sessions, rest } = await createAdapter(t)
  const mapping = { ...DEFAULT_MAPPING, eligibleStatuses: ["It's \\on"] }
  const ids = ['A', 'B'].map((Type) => salesforce.addOrder({ fields: { Status: "It's \\on", Type } }))
  const all = createUnprovisionedOrders({ sessions, rest, mapping: () => mapping })
  t.same((await all.changedSince(LONG_AGO)).map(({ orderId }) => orderId).sort(), ids.sort())
  const queries: unknown[] = []
  salesforce.on('call', ({ body }) => queries.push(body))
  const some = createUnprovisionedOrders({
    sessions,
    rest,
    mapping: () => mapping,
    condition: "Type = 'B' OR Type = 'C'",
  })
  // The simulator knows no OR.
  await t.rejects(some.changedSince(LONG_AGO), { code: 'SALESFORCE_FORBIDDEN' })
  t.match(queries, [/ AND \(Type = 'B' OR Type = 'C'\) ORDER BY /])
})
