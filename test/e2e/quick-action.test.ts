import t, { type Test } from 'tap'
import { createLook } from '../helpers/look.ts'
import { click, clickOf, SECRET, send } from '../helpers/quick-action.ts'
import { createService, startService } from '../helpers/service.ts'

t.jobs = 3

const SETTINGS = { SF_WEBHOOK_SECRET: `${SECRET},another secret for the change`, SWEEP_EVERY: 'off' }

async function build(t: Test, more: Record<string, string> = {}) {
  const world = await createService(t, { ...SETTINGS, ...more })
  return { ...world, url: world.service.url, look: createLook(t, world) }
}

t.test('a click is answered at once, and its order is provisioned', async (t) => {
  const { url, salesforce, look, log } = await build(t)
  const orderId = salesforce.addOrder()
  const answered = await click(url, { orderId })
  const statusUrl = `${url}/orders/${orderId}`
  t.match(answered, { status: 202, body: { orderId, status: 'Activating', statusUrl } })
  t.equal(answered.headers.get('location'), statusUrl)
  await look.once(t, orderId)
  t.match(await look.settled(1), [{ source: 'quick-action', priority: 'critical', state: 'completed' }])
  t.ok(log.some((line) => line.includes('click.recorded') && line.includes(orderId)))
})

t.test('who waits is told how it ended, with the order in WHMCS', async (t) => {
  const { url, salesforce, whmcs } = await build(t)
  const orderId = salesforce.addOrder()
  const { status, body } = await click(url, { orderId, wait: 30, secret: 'another secret for the change' })
  t.equal(status, 200)
  t.same(body, { success: true, orderId, status: 'Provisioned', whmcsOrderId: String(whmcs.ordersFor(orderId)[0]?.id) })
  t.equal(salesforce.record(orderId)?.Provisioning_Status__c, 'Provisioned', 'Salesforce knows it by then')
})

t.test('who waits for an order that fails is told why, and a click after that goes to work again', async (t) => {
  const { url, salesforce, look } = await build(t)
  const product = salesforce.addProduct({ WHMCS_Product_ID__c: null })
  const orderId = salesforce.addOrder({ items: [{ productId: product }] })
  const failed = await click(url, { orderId, wait: 30 })
  t.match(failed, {
    status: 422,
    body: { status: 422, code: 'PRODUCT_UNMAPPED', detail: /Product2/, type: 'about:blank' },
  })
  t.match(failed.headers.get('content-type'), /^application\/problem\+json/)
  t.match(
    await click(url, { orderId, wait: 30, key: 'unchanged' }),
    { status: 422 },
    'nothing has changed, and it was looked at',
  )
  salesforce.update(product, { WHMCS_Product_ID__c: '185' })
  t.match(await click(url, { orderId, wait: 30, key: 'mended' }), { status: 200 })
  await look.once(t, orderId)
})

t.test('an order that is not approved, and one that was deleted, end a wait', async (t) => {
  const { url, salesforce } = await build(t)
  const draft = salesforce.addOrder({ fields: { Status: 'Draft' } })
  t.match(await click(url, { orderId: draft, wait: 30 }), {
    status: 422,
    body: { code: 'NOT_ELIGIBLE', detail: /Draft/ },
  })
  const gone = salesforce.addOrder()
  salesforce.remove(gone)
  t.match(await click(url, { orderId: gone, wait: 30 }), { status: 422, body: { code: 'RECORD_DELETED' } })
})

t.test('five clicks, two tabs, and an outbound message at the same time are one order', async (t) => {
  const { url, salesforce, whmcs, endpoint, look } = await build(t)
  const orderId = salesforce.addOrder()
  const clicks = Array.from({ length: 5 }, () => click(url, { orderId, wait: 30 }))
  const tabs = ['tab-1', 'tab-2'].map((key) => click(url, { orderId, wait: 30, key }))
  const message = salesforce.send({ endpoint, orderIds: [orderId] })
  for (const { status, body } of await Promise.all([...clicks, ...tabs])) {
    t.match({ status, body }, { status: 200, body: { status: 'Provisioned', orderId } })
  }
  t.match(await message, { acked: true })
  await look.once(t, orderId)
  t.match(whmcs.calls, { AddOrder: 1, AcceptOrder: 1 })
  const rows = await look.settled(4)
  t.equal(rows.filter(({ source }) => source === 'quick-action').length, 3, 'one for each key')
})

t.test('the same key gets the first answer again, and with another order it is refused', async (t) => {
  const { url, salesforce, look } = await build(t)
  const [orderId, other] = [salesforce.addOrder(), salesforce.addOrder()]
  const first = await click(url, { orderId, key: 'one' })
  await look.once(t, orderId)
  const again = await click(url, { orderId, key: 'one', wait: 10 })
  t.same([again.status, again.body], [first.status, first.body])
  t.match(await click(url, { orderId: other, key: 'one' }), { status: 409, body: { code: 'KEY_REUSED' } })
  t.equal((await look.settled(1)).length, 1)
  t.match(
    await click(url, { orderId, key: 'two' }),
    { status: 200, body: { success: true } },
    'it is provisioned by now',
  )
})

t.test('a wait ends with its time, and says what is true then', async (t) => {
  const { url, salesforce, whmcs } = await build(t, { DRAIN_SECONDS: '0' })
  const orderId = salesforce.addOrder()
  whmcs.faults.push({ on: 'AddOrder', kind: 'hang' })
  t.match(await click(url, { orderId, wait: 1 }), { status: 202, body: { status: 'Activating' } })
})

t.test('a process that ends answers those who wait', async (t) => {
  const { service, url, salesforce, whmcs } = await build(t, { DRAIN_SECONDS: '0' })
  const orderId = salesforce.addOrder()
  whmcs.faults.push({ on: 'AddOrder', kind: 'hang' })
  const sent = new Promise<void>((resolve) => whmcs.on('call', ({ action }) => action === 'AddOrder' && resolve()))
  const waiting = click(url, { orderId, wait: 60 })
  await sent
  await service.close()
  t.match(await waiting, { status: 202 })
})

t.test('a request is taken once by two processes', async (t) => {
  const first = await build(t)
  const second = await startService(t, first, [], 'listen')
  const orderId = first.salesforce.addOrder()
  const request = clickOf({ orderId, wait: 30 })
  const answers = await Promise.all([send(first.url, request), send(second.url, request)])
  t.same(answers.map(({ status }) => status).sort(), [200, 401])
  t.match(
    await click(second.url, { orderId, wait: 30 }),
    { status: 200 },
    'the other process knows the answer to the key',
  )
  t.match(
    await click(second.url, { orderId: first.salesforce.addOrder(), wait: 30 }),
    { status: 200 },
    'and waits for the work of the first',
  )
})
