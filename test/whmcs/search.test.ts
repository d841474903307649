import t from 'tap'
import { createAdapter, provisionRequest } from '../helpers/whmcs.ts'

t.test('search of both lists finds what only one of them has', async (t) => {
  const { whmcs, orders, search, signal } = await createAdapter(t)
  const first = await orders.add(provisionRequest(), signal)
  const second = await orders.add(provisionRequest(), signal)
  t.match(await search('orders-and-services'), { unmatched: [] })
  whmcs.omits = { orders: (id) => String(id) === first.whmcsOrderId, services: () => false }
  t.match(await search('orders-and-services'), { all: [second.whmcsOrderId], unmatched: [first.whmcsOrderId] })
  whmcs.omits = { orders: () => false, services: (id) => String(id) === second.whmcsOrderId }
  t.match(await search('orders-and-services'), { unmatched: [second.whmcsOrderId] })
  t.equal((await search('orders')).unmatched, undefined, 'one list alone says nothing of it')
})

t.test('search expects no service of an order without products, and no order of a service without one', async (t) => {
  const { whmcs, search } = await createAdapter(t)
  const reply = (body: object) => JSON.stringify({ result: 'success', totalresults: 1, ...body })
  const order = { id: 7, notes: '', lineitems: { lineitem: [{ type: 'domain', relid: 3 }] } }
  const body = reply({ orders: { order: [order] } })
  whmcs.faults.push({ on: 'GetOrders', kind: 'status', status: 200, body })
  const products = reply({ products: { product: [{ id: '9', orderid: '0', pid: '1' }] } })
  whmcs.faults.push({ on: 'GetClientsProducts', kind: 'status', status: 200, body: products })
  t.match(await search('orders-and-services'), { all: ['7'], unmatched: [] })
})

t.test('search says when a list is not whole', async (t) => {
  const { whmcs, search } = await createAdapter(t)
  const body = JSON.stringify({ result: 'success', totalresults: 9, orders: '' })
  whmcs.faults.push({ on: 'GetOrders', kind: 'status', status: 200, body })
  t.match(await search(), { all: [], incomplete: 'GetOrders counts 9 and gives 0' })
})

t.test('search of a client with 10,000 orders costs a dozen calls', async (t) => {
  const { whmcs, orders, search, signal } = await createAdapter(t)
  for (let i = 0; i < 10_000; i++) whmcs.seedOrder({ clientId: 1001, notes: '' })
  const { whmcsOrderId } = await orders.add(provisionRequest(), signal)
  const found = await search()
  t.equal(found.all.length, 10_001)
  t.same(found.marked, [whmcsOrderId])
  t.ok((whmcs.calls.GetOrders ?? 0) <= 12, `${whmcs.calls.GetOrders} calls`)
})
