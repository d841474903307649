import t from 'tap'
import { createMarker } from '../../src/whmcs/marker.ts'
import { createWhmcsOrders } from '../../src/whmcs/orders.ts'
import { ORDER } from '../helpers/items.ts'
import { CLIENT, createAdapter, provisionRequest } from '../helpers/whmcs.ts'

const OTHER = '801Ss00000Zz9YyIAJ'

t.test('search finds the orders of the client, and those that carry our marker', async (t) => {
  const { orders, signal, search } = await createAdapter(t)
  t.same(await search(), { all: [], marked: [] })
  const { whmcsOrderId } = await orders.add(provisionRequest(), signal)
  const other = await orders.add(provisionRequest({ orderId: OTHER }), signal)
  await orders.add(provisionRequest({ clientId: '1002' }), signal)
  const found = await search()
  t.same(found.all.sort(), [whmcsOrderId, other.whmcsOrderId].sort())
  t.same(found.marked, [whmcsOrderId])
})

t.test('search finds an order once in whatever shape the list comes, and twice when it is there twice', async (t) => {
  const { whmcs, orders, signal, search } = await createAdapter(t)
  const { whmcsOrderId } = await orders.add(provisionRequest(), signal)
  for (const shape of ['array', 'numeric', 'single'] as const) {
    whmcs.listShape = shape
    t.same(await search(), { all: [whmcsOrderId], marked: [whmcsOrderId] }, shape)
  }
  await orders.add(provisionRequest(), signal)
  t.equal((await search()).marked?.length, 2)
})

t.test('search takes our marker only as a whole word', async (t) => {
  const { client, waits, search } = await createAdapter(t)
  const line = { clientid: CLIENT, paymentmethod: 'mailin', pid: ['185'] }
  const marked = [
    `sfOrderId=${ORDER}`,
    `by phone, sfOrderId=${ORDER}.`,
    `one\nsfOrderId=${ORDER}\ntwo`,
    `(sfOrderId=${ORDER})`,
  ]
  const unmarked = [
    `sfOrderId=${ORDER}x`,
    `sfOrderId=${ORDER.slice(0, 15)}`,
    `xsfOrderId=${ORDER}`,
    `sfOrderId=${ORDER.toLowerCase()}`,
    ORDER,
    `sfOrderId = ${ORDER}`,
    '',
  ]
  for (const notes of [...unmarked, ...marked]) await client.call('AddOrder', { ...line, notes }, waits)
  const found = await search()
  t.equal(found.all.length, marked.length + unmarked.length)
  t.equal(found.marked?.length, marked.length)
})

t.test('add asks for every line at its own place, and for neither invoice nor mail', async (t) => {
  const { calls, orders, signal } = await createAdapter(t)
  const lines = [
    { orderItemId: '802000000000001AAA', pid: '185', quantity: 1, billingCycle: 'monthly', price: '10.50' },
    { orderItemId: '802000000000002AAA', pid: '242', quantity: 3, billingCycle: 'onetime' },
  ]
  const { whmcsOrderId, serviceIds } = await orders.add(provisionRequest({ lines }), signal)
  t.match(whmcsOrderId, /^\d+$/)
  t.equal(serviceIds.length, 2)
  const { action, identifier, secret, responsetype, ...asked } = calls[0]?.params ?? {}
  t.same(
    { action, responsetype, ...asked },
    {
      action: 'AddOrder',
      responsetype: 'json',
      clientid: CLIENT,
      paymentmethod: 'mailin',
      pid: ['185', '242'],
      qty: ['1', '3'],
      billingcycle: ['monthly', 'onetime'],
      priceoverride: ['10.50', ''],
      notes: `sfOrderId=${ORDER}`,
      noinvoice: '1',
      noemail: '1',
      noinvoiceemail: '1',
    },
  )
})

t.test('add names neither price nor invoice nor mail where WHMCS shall decide, and never says false', async (t) => {
  const { calls, orders, signal } = await createAdapter(t, { orders: { invoices: 'create', mails: 'send' } })
  await orders.add(provisionRequest(), signal)
  const asked = calls[0]?.params ?? {}
  for (const name of ['noinvoice', 'noemail', 'noinvoiceemail', 'priceoverride']) t.notOk(name in asked, name)
  t.notMatch(JSON.stringify(asked), 'false')
})

t.test('add knows nothing after success without an order id', async (t) => {
  const { whmcs, orders, signal } = await createAdapter(t)
  whmcs.faults.push({ on: 'AddOrder', kind: 'status', status: 200, body: '{"result":"success"}' })
  await t.rejects(orders.add(provisionRequest(), signal), { code: 'WHMCS_OUTCOME_UNKNOWN' })
})

t.test('add fails by what is certain', async (t) => {
  const { whmcs, orders, client, signal } = await createAdapter(t)
  const add = () => orders.add(provisionRequest(), signal)
  whmcs.faults.push({ on: 'AddOrder', kind: 'lost-reply' })
  await t.rejects(add(), { code: 'WHMCS_OUTCOME_UNKNOWN' })
  t.equal(whmcs.ordersFor(ORDER).length, 1)
  whmcs.faults.push({ on: 'AddOrder', kind: 'error', message: 'Client ID Not Found' })
  await t.rejects(add(), { code: 'WHMCS_CLIENT_UNKNOWN', message: 'AddOrder: Client ID Not Found' })
  const times = { readTimeoutMs: 100, writeTimeoutMs: 100 }
  const marker = createMarker('notes', () => ({}))
  const hasty = createWhmcsOrders({
    client,
    marker,
    paymentMethod: 'mailin',
    invoices: 'none',
    mails: 'none',
    ...times,
  })
  whmcs.faults.push({ on: 'AddOrder', kind: 'hang' })
  await t.rejects(hasty.add(provisionRequest(), signal), { code: 'WHMCS_OUTCOME_UNKNOWN' })
  t.equal(whmcs.ordersFor(ORDER).length, 2)
})

t.test('look tells how an order stands', async (t) => {
  const { whmcs, client, orders, signal, waits, accept } = await createAdapter(t)
  const { whmcsOrderId } = await orders.add(provisionRequest(), signal)
  t.match(await orders.look(whmcsOrderId, signal), { status: 'pending' })
  whmcs.listShape = 'single'
  t.match(await orders.look(whmcsOrderId, signal), { status: 'pending' })
  await accept(whmcsOrderId)
  t.match(await orders.look(whmcsOrderId, signal), { status: 'active' })
  const cancelled = await orders.add(provisionRequest(), signal)
  await client.call('CancelOrder', { orderid: cancelled.whmcsOrderId }, waits)
  t.match(await orders.look(cancelled.whmcsOrderId, signal), { status: 'ended' })
  t.equal(await orders.look('999999', signal), undefined)
  const odd = JSON.stringify({ result: 'success', orders: { order: { id: 7, status: 'Verified' } } })
  whmcs.faults.push({ on: 'GetOrders', kind: 'status', status: 200, body: odd, times: 2 })
  t.match(await orders.look('7', signal), { status: 'unknown', statusText: 'Verified' })
  t.equal(await orders.look('8', signal), undefined, 'another order than the one asked for')
})

t.test('accept makes a pending order active, and takes an active one for accepted', async (t) => {
  const { whmcs, orders, signal, accept } = await createAdapter(t)
  const { whmcsOrderId } = await orders.add(provisionRequest(), signal)
  await accept(whmcsOrderId)
  t.equal(whmcs.ordersFor(ORDER)[0]?.status, 'Active')
  await accept(whmcsOrderId)
  t.equal(whmcs.calls.AcceptOrder, 2)
})

t.test('accept fails for an order that was cancelled, is gone, or whose module fails', async (t) => {
  const { whmcs, client, orders, signal, waits, accept } = await createAdapter(t)
  const { whmcsOrderId } = await orders.add(provisionRequest(), signal)
  await client.call('CancelOrder', { orderid: whmcsOrderId }, waits)
  await t.rejects(accept(whmcsOrderId), { code: 'WHMCS_ACCEPT_FAILED' })
  await t.rejects(accept('999999'), { code: 'WHMCS_ACCEPT_FAILED' })
  whmcs.addProduct({ pid: 185, module: 'fails' })
  const failing = await orders.add(provisionRequest(), signal)
  await t.rejects(accept(failing.whmcsOrderId), {
    code: 'WHMCS_ACCEPT_FAILED',
    message: 'AcceptOrder: Package "plan-185" not found on server',
  })
})

t.test('accept always says whether modules run and mails go out', async (t) => {
  for (const mails of ['none', 'send'] as const) {
    const { calls, orders, accept, signal } = await createAdapter(t, { orders: { mails } })
    for (const modules of ['run', 'leave'] as const) {
      const { whmcsOrderId } = await orders.add(provisionRequest(), signal)
      await accept(whmcsOrderId, modules)
      const asked = { autosetup: modules === 'run' ? '1' : '0', sendemail: mails === 'send' ? '1' : '0' }
      t.match(calls.at(-1)?.params, { action: 'AcceptOrder', ...asked })
    }
  }
})

t.test('look says whose order it is and which markers it carries', async (t) => {
  const { client, orders, signal, waits } = await createAdapter(t)
  const { whmcsOrderId } = await orders.add(provisionRequest(), signal)
  t.match(await orders.look(whmcsOrderId, signal), { clientId: CLIENT, markedFor: [ORDER], statusText: 'Pending' })
  const notes = `sfOrderId=${ORDER} and sfOrderId=${OTHER}, not sfOrderId=x`
  const given = { clientid: '7', paymentmethod: 'mailin', pid: ['185'], notes }
  const made = await client.call('AddOrder', given, waits)
  const id = made.kind === 'success' ? String(made.body.orderid) : ''
  t.match(await orders.look(id, signal), { clientId: '7', markedFor: [ORDER, OTHER] })
})

t.test('a question that WHMCS does not answer is an outage only when it answers no other one either', async (t) => {
  const { whmcs, orders, signal } = await createAdapter(t)
  whmcs.faults.push({ on: 'GetOrders', kind: 'html-500' })
  const alone = { code: 'WHMCS_QUESTION_REFUSED', message: 'GetOrders: HTTP 500 without JSON' }
  await t.rejects(orders.look('1', signal), alone)
  whmcs.faults.push({ on: 'GetOrders', kind: 'html-500', times: 2 })
  await t.rejects(orders.look('1', signal), { code: 'WHMCS_UNAVAILABLE' })
})
