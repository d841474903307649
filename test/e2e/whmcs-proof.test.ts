/** What WHMCS does not list, lists wrongly, or numbers again: silence is no proof, and no number is believed blindly. */
import t, { type Test } from 'tap'
import { createLook } from '../helpers/look.ts'
import { replayAll } from '../helpers/replay-all.ts'
import { createService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

t.jobs = 4

t.test('an order that GetOrders leaves out is not made a second time', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  const accountId = salesforce.addAccount()
  const before = salesforce.addOrder({ accountId })
  await salesforce.send({ endpoint, orderIds: [before] })
  await look.once(t, before)
  const seen = new Set(whmcs.orders().map(({ id }) => id))
  whmcs.omits = { orders: (id) => !seen.has(id), services: () => false }
  whmcs.faults.push({ on: 'AddOrder', kind: 'lost-reply' })
  const orderId = salesforce.addOrder({ accountId })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  t.match(await look.order(orderId, 'Failed'), { Provisioning_Error_Code__c: 'WHMCS_ORDER_AMBIGUOUS' })
  await look.settled(2)
  t.equal(whmcs.calls.AddOrder, 2)
  const made = whmcs.orders().find(({ id }) => !seen.has(id))
  t.match((await look.rows())[1]?.error_message, String(made?.id), 'it names the order that may be it')
})

t.test('an order whose services WHMCS leaves out stops for a person too, where its marker was lost', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  const before = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [before] })
  await look.once(t, before)
  whmcs.omits = { orders: () => false, services: (id) => id > 0 }
  whmcs.faults.push({ on: 'AddOrder', kind: 'hang-before' })
  const accountId = salesforce.addAccount()
  const orderId = salesforce.addOrder({ accountId })
  whmcs.on('call', ({ action, params }) => {
    // While nobody knows, somebody orders by hand.
    if (action === 'AddOrder') whmcs.seedOrder({ clientId: Number(params.clientid), notes: '' })
  })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  t.match(await look.order(orderId, 'Failed'), { Provisioning_Error_Code__c: 'WHMCS_ORDER_AMBIGUOUS' })
  t.equal(whmcs.calls.AddOrder, 2)
})

t.test('an order that was just accepted and is not listed makes the marker unreadable', async (t) => {
  const { salesforce, whmcs, endpoint, look, log } = await build(t)
  whmcs.omits = { orders: (id) => whmcs.orders().some((order) => order.id === id), services: () => false }
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.order(orderId, 'Provisioned')
  await until(() => log.some((line) => line.includes('whmcs.marker_unreadable')), 'the verdict')
})

t.test('a WHMCS that was restored from a backup has none of our orders taken for another', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  const lost = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [lost] })
  await look.once(t, lost)
  const number = whmcs.orders()[0]?.id ?? 0
  whmcs.restore(number)
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const failed = await look.order(orderId, 'Failed')
  t.match(failed, {
    Provisioning_Error_Code__c: 'WHMCS_ORDER_ID_REUSED',
    Provisioning_Error_Message__c: `WHMCS order ${number} is order ${orderId} in WHMCS now, and order ${lost} in the ledger`,
  })
  t.not(failed.WHMCS_Order_ID__c, String(number))
  t.match(await look.settled(2), [{ state: 'completed' }, { state: 'dead', error_code: 'WHMCS_ORDER_ID_REUSED' }])
  t.match(whmcs.calls, { AddOrder: 2, AcceptOrder: 1 }, 'nothing was accepted')
})

t.test("an order that waits for its acceptance is not accepted under a number that is another's by now", async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  whmcs.addProduct({ pid: 185, module: 'fails' })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  t.match(await look.settled(1), [{ state: 'dead', error_code: 'WHMCS_ACCEPT_FAILED' }])
  whmcs.restore(whmcs.orders()[0]?.id ?? 0)
  const theirs = whmcs.seedOrder({ clientId: 7, notes: '' })
  whmcs.setStatus(theirs, 'Pending')
  await replayAll(look)
  t.match(await look.settled(1), [{ state: 'dead', error_code: 'WHMCS_ORDER_ID_REUSED' }])
  t.equal(whmcs.orders()[0]?.status, 'Pending')
  t.equal(whmcs.calls.AcceptOrder, 1)
})

async function build(t: Test) {
  const world = await createService(t, { WHMCS_TIMEOUT: '1s' })
  return { ...world, look: createLook(t, world) }
}
