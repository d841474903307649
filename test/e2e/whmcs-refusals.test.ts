import t, { type Test } from 'tap'
import { createLook } from '../helpers/look.ts'
import { replayAll } from '../helpers/replay-all.ts'
import { createService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

t.jobs = 4

t.test('a WHMCS that lets nobody in pauses the stage, and goes on when it does', async (t) => {
  const { salesforce, whmcs, service, endpoint, look } = await build(t)
  const message = 'Invalid IP 127.0.0.1'
  whmcs.faults.push({ on: 'any', kind: 'error', status: 403, message, times: Number.POSITIVE_INFINITY })
  const orderIds = Array.from({ length: 6 }, () => salesforce.addOrder())
  await salesforce.send({ endpoint, orderIds })
  const paused = async () =>
    (await (await fetch(`${service.adminUrl}/health/ready`)).text()).includes('Invalid IP 127.0.0.1')
  await until(paused, 'the pause')
  whmcs.faults.clear()
  for (const orderId of orderIds) await look.once(t, orderId)
  t.ok((await look.settled(6)).every(({ attempts, state }) => attempts === 0 && state === 'completed'))
  t.equal(whmcs.calls.AddOrder, 6)
})

t.test('a clear no of WHMCS is a dead letter, sent once, and Salesforce knows why', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  whmcs.anyClient = false
  const orderId = salesforce.addOrder()
  const { WHMCS_Client_ID__c: clientId } = salesforce.record(String(salesforce.record(orderId)?.AccountId)) ?? {}
  await salesforce.send({ endpoint, orderIds: [orderId] })
  t.match(await look.order(orderId, 'Failed'), {
    Provisioning_Error_Code__c: 'WHMCS_CLIENT_UNKNOWN',
    Provisioning_Error_Message__c: /Client ID Not Found/,
  })
  t.match(await look.settled(1), [{ state: 'dead', step: 'provision', error_code: 'WHMCS_CLIENT_UNKNOWN' }])
  t.ok(Number(whmcs.calls.AddOrder) <= 1)
  whmcs.addClient({ id: Number(clientId) })
  await replayAll(look)
  await look.once(t, orderId)
  await look.settled(1)
})

t.test('a module that fails leaves the order where it is; replayed, it is accepted and not added again', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  whmcs.addProduct({ pid: 185, module: 'fails' })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const failed = await look.order(orderId, 'Failed')
  t.match(failed, { Provisioning_Error_Code__c: 'WHMCS_ACCEPT_FAILED' })
  t.equal(failed.WHMCS_Order_ID__c, String(whmcs.orders()[0]?.id), 'Salesforce knows which order it is')
  await look.settled(1)
  whmcs.addProduct({ pid: 185, module: 'works' })
  await replayAll(look)
  await look.once(t, orderId)
  t.equal(whmcs.calls.AddOrder, 1)
  await look.settled(1)
})

t.test('two orders in WHMCS for one of Salesforce are a dead letter, until one is deleted', async (t) => {
  const { salesforce, whmcs, endpoint, look, call } = await build(t)
  const orderId = salesforce.addOrder()
  const { WHMCS_Client_ID__c: clientid } = salesforce.record(String(salesforce.record(orderId)?.AccountId)) ?? {}
  const order = { clientid: String(clientid), 'pid[0]': '185', paymentmethod: 'mailin', notes: `sfOrderId=${orderId}` }
  await call('AddOrder', order)
  await call('AddOrder', order)
  await salesforce.send({ endpoint, orderIds: [orderId] })
  t.match(await look.order(orderId, 'Failed'), { Provisioning_Error_Code__c: 'WHMCS_ORDER_DUPLICATED' })
  t.match(await look.settled(1), [{ state: 'dead', step: 'provision', error_code: 'WHMCS_ORDER_DUPLICATED' }])
  t.equal(whmcs.calls.AddOrder, 2, 'none of ours')
  const orderid = String(whmcs.orders()[0]?.id)
  await call('CancelOrder', { orderid })
  await call('DeleteOrder', { orderid })
  await replayAll(look)
  await look.once(t, orderId)
  t.equal(whmcs.calls.AddOrder, 2, 'adopted')
  await look.settled(1)
})

t.test('an order that was cancelled in WHMCS is not taken up again', async (t) => {
  const { salesforce, whmcs, endpoint, look, call } = await build(t)
  whmcs.addProduct({ pid: 185, module: 'fails' })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.settled(1)
  await call('CancelOrder', { orderid: String(whmcs.orders()[0]?.id) })
  await replayAll(look)
  t.match(await look.settled(1), [{ state: 'dead', error_code: 'WHMCS_ORDER_CANCELLED' }])
  t.match(whmcs.calls, { AddOrder: 1, AcceptOrder: 1 })
})

t.test('callbacks go on while WHMCS is down, and everything drains when it is back', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  whmcs.faults.push({ on: 'any', kind: 'reset', times: Number.POSITIVE_INFINITY })
  const orderIds = Array.from({ length: 40 }, () => salesforce.addOrder())
  await salesforce.send({ endpoint, orderIds })
  await until(async () => (await look.pool.query('select from ledger.pause')).rowCount === 1, 'the pause')
  await until(async () => (await look.rows()).every(({ step }) => step === 'provision'), 'all callbacks')
  const late = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [late] })
  await until(() => salesforce.record(late)?.Provisioning_Status__c === 'Activating', 'a callback meanwhile')
  whmcs.faults.clear()
  for (const orderId of [...orderIds, late]) await look.once(t, orderId)
  t.ok((await look.settled(41)).every(({ state }) => state === 'completed'))
  t.equal(whmcs.calls.AddOrder, 41)
})

async function build(t: Test) {
  const world = await createService(t)
  const look = createLook(t, world)
  const { whmcs } = world
  return {
    ...world,
    look,
    /** As a person at the WHMCS admin would. */
    async call(action: string, parameters: Record<string, string>) {
      const { identifier, secret } = whmcs
      const body = new URLSearchParams({ action, identifier, secret, responsetype: 'json', ...parameters })
      const reply = await fetch(`${whmcs.url}/includes/api.php`, { method: 'POST', body })
      t.match(await reply.json(), { result: 'success' })
    },
  }
}
