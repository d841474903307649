import t from 'tap'
import { call, ORDER, start } from './test-client.ts'

t.test('GetOrders pages through a client without order, 25 at a time', async (t) => {
  const whmcs = await start(t)
  for (let index = 0; index < 30; index += 1) await call(whmcs, 'AddOrder', ORDER)
  await call(whmcs, 'AddOrder', { ...ORDER, clientid: '8' })
  const ids: unknown[] = []
  for (const limitstart of ['0', '25']) {
    const { body } = await call(whmcs, 'GetOrders', { userid: '7', limitstart })
    t.match(body, { totalresults: 30, startnumber: Number(limitstart), numreturned: limitstart === '0' ? 25 : 5 })
    const { orders } = body
    if (typeof orders === 'object' && orders !== null && 'order' in orders && Array.isArray(orders.order)) {
      ids.push(...orders.order.map((order: { id: unknown }) => order.id))
    }
  }
  t.equal(new Set(ids).size, 30)
  t.notSame(ids, [...ids].sort())
  const one = await call(whmcs, 'GetOrders', { id: String(ids[0]) })
  t.match(one.body, {
    totalresults: 1,
    orders: {
      order: [{ id: ids[0], userid: 7, notes: 'sfOrderId=801AAA', lineitems: { lineitem: [{ type: 'product' }] } }],
    },
  })
  t.match((await call(whmcs, 'GetOrders', { status: 'Active' })).body, { totalresults: 0, orders: { order: [] } })
})

t.test('lists come in each of the three shapes', async (t) => {
  const whmcs = await start(t)
  await call(whmcs, 'AddOrder', ORDER)
  const orders = async (fields = {}) => (await call(whmcs, 'GetOrders', fields)).body.orders
  t.match(await orders(), { order: [{ lineitems: { lineitem: [{}] } }] })
  whmcs.listShape = 'numeric'
  t.match(await orders(), { order: { 0: { lineitems: { lineitem: { 0: {} } } } } })
  t.strictSame(await orders({ id: '1' }), {})
  whmcs.listShape = 'single'
  t.match(await orders(), { order: { userid: 7, lineitems: { lineitem: { type: 'product' } } } })
  t.strictSame(await orders({ id: '1' }), '')
})

t.test('GetClientsProducts shows fields and the password, UpdateClientProduct changes them', async (t) => {
  const whmcs = await start(t)
  whmcs.addProduct({ pid: 185, name: 'Gold', customFields: [{ id: 12, name: 'Marker', showOnOrder: false }] })
  const { body } = await call(whmcs, 'AddOrder', { ...ORDER, 'billingcycle[0]': 'onetime', 'pid[1]': '9' })
  const serviceid = String(body.serviceids).split(',')[0] ?? ''
  const fields = Buffer.from('a:1:{i:12;s:2:"ok";}').toString('base64')
  t.strictSame((await call(whmcs, 'UpdateClientProduct', { serviceid, status: 'Active', customfields: fields })).body, {
    result: 'success',
    serviceid,
  })
  t.match((await call(whmcs, 'UpdateClientProduct', { serviceid: '1' })).body, { message: 'Service ID Not Found' })
  t.match((await call(whmcs, 'GetClientsProducts', { clientid: '7', pid: '185' })).body, {
    clientid: '7',
    serviceid: null,
    totalresults: '1',
    products: {
      product: [
        {
          id: serviceid,
          orderid: body.orderid,
          name: 'Gold',
          billingcycle: 'One Time',
          status: 'Active',
          password: `in-clear-${serviceid}`,
          customfields: { customfield: [{ id: 12, name: 'Marker', value: 'ok' }] },
        },
      ],
    },
  })
  t.match((await call(whmcs, 'GetClientsProducts', { clientid: '7' })).body, { totalresults: '2' })
  t.match((await call(whmcs, 'GetClientsProducts', { clientid: '8', serviceid })).body, { totalresults: '0' })
  t.match((await call(whmcs, 'GetProducts', { pid: '185,9' })).body, {
    totalresults: 2,
    products: { product: [{ pid: 185, customfields: { customfield: [] } }, { pid: 9 }] },
  })
})

t.test('the smaller reads answer', async (t) => {
  const whmcs = await start(t)
  t.match((await call(whmcs, 'GetOrderStatuses')).body, { totalresults: 4, statuses: { status: [{ count: 0 }] } })
  t.match((await call(whmcs, 'GetPaymentMethods')).body, {
    paymentmethods: { paymentmethod: [{ module: 'mailin' }, {}] },
  })
  t.match((await call(whmcs, 'WhmcsDetails')).body, { whmcs: { version: '8.13.1' } })
  t.match((await call(whmcs, 'GetModuleQueue')).body, { count: '0' })
  t.match((await call(whmcs, 'GetClientsDetails')).body, { message: 'Either clientid Or email Is Required' })
  t.match((await call(whmcs, 'GetClientsDetails', { clientid: '5' })).body, { client: { id: 5, status: 'Active' } })
  whmcs.anyClient = false
  t.match((await call(whmcs, 'GetClientsDetails', { clientid: '6' })).body, { message: 'Client Not Found' })
})
