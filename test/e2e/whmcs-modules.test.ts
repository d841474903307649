/** What WHMCS's provisioning modules and its acceptance do, as opposed to what they say. */
import t, { type Test } from 'tap'
import { createLook } from '../helpers/look.ts'
import { replayAll } from '../helpers/replay-all.ts'
import { createService } from '../helpers/service.ts'

t.jobs = 4

const TIMED_OUT = 'Operation timed out after 30001 milliseconds with 0 bytes received'

t.test('a module that timed out is run once, and a person decides', async (t) => {
  const { salesforce, whmcs, endpoint, look, call } = await build(t)
  whmcs.addProduct({ pid: 185, module: 'fails', says: TIMED_OUT })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const failed = await look.order(orderId, 'Failed')
  t.match(failed, {
    Provisioning_Error_Code__c: 'WHMCS_MODULE_UNKNOWN',
    Provisioning_Error_Message__c: `AcceptOrder: ${TIMED_OUT}`,
  })
  await look.settled(1)
  const [order] = whmcs.orders()
  const service = order?.services[0]?.id ?? 0
  t.equal(whmcs.moduleRuns(service), 1)

  // The account is there: the person sets the service Active, and replays.
  await call('UpdateClientProduct', { serviceid: String(service), status: 'Active' })
  await replayAll(look)
  await look.once(t, orderId)
  await look.settled(1)
  t.equal(whmcs.moduleRuns(service), 1, 'the module is left alone')
})

t.test('a module that timed out but has set up its service is believed by the effect', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  whmcs.addProduct({ pid: 185, module: 'fails-late', says: 'Gateway Time-out' })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  await look.settled(1)
  t.equal(whmcs.moduleRuns(whmcs.orders()[0]?.services[0]?.id ?? 0), 1)
})

t.test('a module whose server could not be reached is run again', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  whmcs.addProduct({ pid: 185, module: 'fails', says: 'cURL error 7: Failed to connect to panel.test port 2087' })
  whmcs.on('done', ({ action }) => {
    if (action === 'AcceptOrder') whmcs.addProduct({ pid: 185, module: 'works' })
  })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  await look.settled(1)
  t.match(whmcs.calls, { AddOrder: 1, AcceptOrder: 2 })
  t.match((await look.attempts()).map(({ code }) => code).filter(Boolean), ['WHMCS_MODULE_UNREACHABLE'])
})

t.test('an accepted order with a service that is still Pending is not provisioned, until it is set up', async (t) => {
  const { salesforce, whmcs, endpoint, look, call } = await build(t)
  whmcs.addProduct({ pid: 185, module: 'idle' })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const failed = await look.order(orderId, 'Failed')
  t.equal(failed.Provisioning_Error_Code__c, 'WHMCS_ORDER_INCOMPLETE')
  t.match(failed.Provisioning_Error_Message__c, /OrderItem 802\w{15} \(WHMCS product 185\): service \d+ is Pending/)
  await look.settled(1)
  const service = whmcs.orders()[0]?.services[0]?.id
  await call('UpdateClientProduct', { serviceid: String(service), status: 'Active' })
  await replayAll(look)
  await look.once(t, orderId)
  await look.settled(1)
  t.match(whmcs.calls, { AddOrder: 1, AcceptOrder: 1 })
})

t.test('a line that WHMCS dropped without a word is named', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  whmcs.anyProduct = false
  whmcs.addProduct({ pid: 185 })
  const items = ['185', '999'].map((pid) => ({ productId: salesforce.addProduct({ WHMCS_Product_ID__c: pid }) }))
  const orderId = salesforce.addOrder({ items })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const failed = await look.order(orderId, 'Failed')
  t.equal(failed.Provisioning_Error_Code__c, 'WHMCS_ORDER_INCOMPLETE')
  t.match(failed.Provisioning_Error_Message__c, /\(WHMCS product 999\) has no service there$/)
})

t.test('all services of a quantity are written back', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  whmcs.addProduct({ pid: 185, splits: true })
  const productId = salesforce.addProduct({ WHMCS_Product_ID__c: '185' })
  const orderId = salesforce.addOrder({ items: [{ productId, Quantity: 3 }] })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  const ids = whmcs.orders()[0]?.services.map(({ id }) => id) ?? []
  t.equal(ids.length, 3)
  const { rows } = await look.pool.query('select service_ids from ledger.provisionings')
  t.same(Object.values(rows[0]?.service_ids ?? {}), [ids.join(',')])
})

t.test('an order with a status of the installation is left to a person, who reads which', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  whmcs.addProduct({ pid: 185, module: 'fails' })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.settled(1)
  whmcs.setStatus(whmcs.orders()[0]?.id ?? 0, 'Awaiting Stock')
  await replayAll(look)
  t.match(await look.settled(1), [
    { state: 'dead', error_code: 'WHMCS_ORDER_STATUS', error_message: /'Awaiting Stock'/ },
  ])
})

t.test('an order of a client who has 10,000 costs few calls', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t, { WHMCS_TIMEOUT: '30s' })
  const accountId = salesforce.addAccount()
  const clientId = Number(salesforce.record(accountId)?.WHMCS_Client_ID__c)
  for (let i = 0; i < 10_000; i++) whmcs.seedOrder({ clientId, notes: '' })
  const orderId = salesforce.addOrder({ accountId })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  await look.settled(1)
  t.ok((whmcs.calls.total ?? 0) < 30, `${whmcs.calls.total} calls`)
})

async function build(t: Test, more: Record<string, string> = {}) {
  const world = await createService(t, more)
  const { whmcs } = world
  return {
    ...world,
    look: createLook(t, world),
    /** As a person at the WHMCS admin would. */
    async call(action: string, parameters: Record<string, string>) {
      const { identifier, secret } = whmcs
      const body = new URLSearchParams({ action, identifier, secret, responsetype: 'json', ...parameters })
      const reply = await fetch(`${whmcs.url}/includes/api.php`, { method: 'POST', body })
      t.match(await reply.json(), { result: 'success' })
    },
  }
}
