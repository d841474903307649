import t from 'tap'
import { call, LINE_FIELDS, ORDER, raw, start } from './whmcs/test-client.ts'

t.test('AddOrder keeps what it was sent, and two equal calls make two orders', async (t) => {
  const whmcs = await start(t, { seedOrderId: 500 })
  const fields = {
    ...ORDER,
    'pid[1]': '242',
    'billingcycle[1]': 'onetime',
    'qty[1]': '3',
    'customfields[0]': LINE_FIELDS,
  }
  const first = await call(whmcs, 'AddOrder', fields)
  t.match(first, { status: 200, body: { result: 'success', orderid: '500', serviceids: /^\d+,\d+$/, invoiceid: '0' } })
  t.match((await call(whmcs, 'addorder', fields)).body, { orderid: '501', invoiceid: 0 })

  t.equal(whmcs.ordersFor('801AAA').length, 2)
  t.equal(whmcs.ordersFor('801AA').length, 0, 'a marker is matched whole')
  t.match(whmcs.orders()[0], {
    id: 500,
    clientId: 7,
    status: 'Pending',
    invoiceId: 0,
    paymentMethod: 'mailin',
    services: [
      { pid: 185, qty: 1, billingCycle: 'monthly', status: 'Pending', customFields: { 12: '東京' } },
      { pid: 242, qty: 3, billingCycle: 'onetime', customFields: {} },
    ],
  })
  t.match(whmcs.calls, { AddOrder: 2, AcceptOrder: 0, total: 2 })
})

t.test('AddOrder makes an invoice for noinvoice=0, and none for the word false', async (t) => {
  const whmcs = await start(t)
  for (const noinvoice of ['0', 'false']) await call(whmcs, 'AddOrder', { ...ORDER, noinvoice })
  const [withInvoice, without] = whmcs.orders()
  t.ok(withInvoice?.invoiceId)
  t.equal(without?.invoiceId, 0)
})

t.test('AddOrder refuses with the documented texts', async (t) => {
  const whmcs = await start(t)
  whmcs.anyClient = false
  whmcs.anyProduct = false
  whmcs.addProduct({ pid: 185, cycles: ['monthly'], customFields: [{ id: 9, name: 'Marker' }] })
  t.equal(whmcs.addClient({ id: 7 }), 7)
  const closed = whmcs.addClient({ status: 'Closed' })
  const { 'pid[0]': _, ...noPid } = ORDER
  const cases: [Record<string, string>, string][] = [
    [{ ...ORDER, clientid: '8' }, 'Client ID Not Found'],
    [{ ...ORDER, clientid: String(closed) }, 'Unable to add order when client status is Closed'],
    [{ ...ORDER, paymentmethod: 'cash' }, 'Invalid Payment Method. Valid options include mailin,banktransfer'],
    [{ ...noPid, pid: '185' }, "Expecting parameter 'pid' to be an array"],
    [{ ...ORDER, 'pid[0]': '999' }, 'No items added to cart so order cannot proceed'],
    [noPid, 'No items added to cart so order cannot proceed'],
  ]
  for (const [fields, message] of cases) {
    t.strictSame(await call(whmcs, 'AddOrder', fields), { status: 200, body: { result: 'error', message } })
  }
  t.same(whmcs.orders(), [])

  await call(whmcs, 'AddOrder', { ...ORDER, 'billingcycle[0]': 'annually', 'customfields[0]': LINE_FIELDS })
  t.match(
    whmcs.orders()[0]?.services,
    [{ billingCycle: 'monthly', customFields: {} }],
    'what is not the product’s is lost',
  )
})

t.test('an install without notes drops them and says nothing', async (t) => {
  const whmcs = await start(t, { notes: false })
  t.match((await call(whmcs, 'AddOrder', ORDER)).body, { result: 'success' })
  t.equal(whmcs.orders()[0]?.notes, '')
  t.same(whmcs.ordersFor('801AAA'), [])
})

t.test('the caller is checked before the action', async (t) => {
  const whmcs = await start(t, { accessKey: 'key', identifier: 'id', secret: 's' })
  const refused = (message: string) => ({ status: 403, body: { result: 'error', message } })
  t.strictSame(await call(whmcs, 'GetOrders'), refused('Invalid IP 127.0.0.1'))
  const accesskey = 'key'
  t.strictSame(await call(whmcs, 'GetOrders', { accesskey, secret: 'x' }), refused('Invalid or missing credentials'))
  t.match(await call(whmcs, 'GetOrders', { accesskey }), { status: 200, body: { result: 'success' } })
  t.match(await call(whmcs, '', { accesskey }), { status: 400, body: { message: 'Empty action request' } })
  t.match((await call(whmcs, 'MakeTea', { accesskey })).body, {
    message: 'Invalid API Action: "maketea" is not a valid API action',
  })
  const xml = await raw(whmcs, { action: 'GetPaymentMethods', accesskey, responsetype: 'xml' })
  t.match(await xml.text(), /^<\?xml/)
  t.equal((await fetch(`${whmcs.url}/includes/api.php?action=GetOrders`)).status, 400, 'GET fills no $_POST')
  t.equal((await fetch(`${whmcs.url}/`)).status, 404)
  t.match(whmcs.calls, { GetOrders: 3, unknown: 3, total: 7 })
})

t.test('AcceptOrder takes a Pending order once, and a failing module leaves it Pending', async (t) => {
  const whmcs = await start(t)
  whmcs.addProduct({ pid: 185, module: 'works' })
  whmcs.addProduct({ pid: 242, module: 'fails' })
  const notPending = { result: 'error', message: 'Order ID not found or Status not Pending' }
  const good = { orderid: String((await call(whmcs, 'AddOrder', ORDER)).body.orderid) }
  t.strictSame((await call(whmcs, 'AcceptOrder', good)).body, { result: 'success' })
  t.match(whmcs.orders()[0], { status: 'Active', services: [{ status: 'Active' }] })
  t.strictSame((await call(whmcs, 'AcceptOrder', good)).body, notPending)
  t.strictSame((await call(whmcs, 'AcceptOrder', { orderid: '1' })).body, notPending)

  const bad = { orderid: String((await call(whmcs, 'AddOrder', { ...ORDER, 'pid[1]': '242' })).body.orderid) }
  t.match((await call(whmcs, 'AcceptOrder', bad)).body, { result: 'error', message: /not found on server/ })
  t.match(whmcs.orders()[1], { status: 'Pending', services: [{ status: 'Active' }, { status: 'Pending' }] })
  t.match((await call(whmcs, 'GetModuleQueue')).body, { count: '1', 'queue[0][lastAttemptError]': /not found/ })
  whmcs.addProduct({ pid: 242, module: 'works' })
  t.match((await call(whmcs, 'AcceptOrder', bad)).body, { result: 'success' })
})

t.test('orders go back, are cancelled and deleted only from the states that allow it', async (t) => {
  const whmcs = await start(t)
  const order = { orderid: String((await call(whmcs, 'AddOrder', ORDER)).body.orderid) }
  const message = async (action: string, fields = {}) =>
    (await call(whmcs, action, { ...order, ...fields })).body.message
  await call(whmcs, 'AcceptOrder', order)
  t.match(await message('CancelOrder'), 'Order ID not found or Status not Pending')
  t.match(await message('DeleteOrder'), 'must be in Cancelled or Fraud')
  t.equal(await message('PendingOrder'), undefined)
  t.match(whmcs.orders()[0], { status: 'Pending', services: [{ status: 'Pending' }] })
  t.match(await message('CancelOrder', { cancelsub: '1' }), 'Subscription Cancellation Failed')
  t.equal(await message('CancelOrder'), undefined)
  t.equal(await message('DeleteOrder'), undefined)
  t.match(await message('PendingOrder'), 'Order ID Not Found')
  t.same(whmcs.ordersFor('801AAA'), [])
})
