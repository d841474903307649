import t from 'tap'
import type { OrderLine } from '../../src/domain/order.ts'
import { createAdapter, provisionRequest } from '../helpers/whmcs.ts'

const line = (orderItemId: string, pid: string): OrderLine => ({
  orderItemId,
  pid,
  quantity: 1,
  billingCycle: 'monthly',
})

t.test('services takes what AddOrder told of a single line, without a question', async (t) => {
  const { whmcs, orders, signal } = await createAdapter(t)
  t.same(await orders.services(provisionRequest({ lines: [line('a', '185')] }), '1001', ['7'], signal), { a: '7' })
  t.equal(whmcs.calls.total, 0)
})

t.test('services finds the service of each line by its product, in every shape of the list', async (t) => {
  const { whmcs, orders, signal } = await createAdapter(t)
  const request = provisionRequest({ lines: [line('a', '185'), line('b', '242')] })
  await orders.add(request, signal)
  const { whmcsOrderId, serviceIds } = await orders.add(request, signal)
  const [a, b] = serviceIds
  for (const shape of ['array', 'numeric', 'single'] as const) {
    whmcs.listShape = shape
    t.same(await orders.services(request, whmcsOrderId, serviceIds, signal), { a, b }, shape)
    t.same(await orders.services(request, whmcsOrderId, [], signal), { a, b }, `${shape}, after an adoption`)
  }
})

t.test('services says nothing of lines that share a product', async (t) => {
  const { orders, signal } = await createAdapter(t)
  const request = provisionRequest({ lines: [line('a', '185'), line('b', '185'), line('c', '242')] })
  const { whmcsOrderId, serviceIds } = await orders.add(request, signal)
  t.same(await orders.services(request, whmcsOrderId, serviceIds, signal), { c: serviceIds[2] })
})

t.test('services says nothing of a line of which WHMCS made several services, or none', async (t) => {
  const { whmcs, client, orders, signal, waits } = await createAdapter(t)
  const asked = provisionRequest({ lines: [line('a', '185'), line('b', '242')] })
  const lines = [line('a', '185'), line('a', '185')]
  const { whmcsOrderId } = await orders.add(provisionRequest({ lines }), signal)
  t.same(await orders.services(asked, whmcsOrderId, [], signal), {})
  t.same(await orders.services(provisionRequest({ lines: [line('a', '185')] }), whmcsOrderId, ['1', '2'], signal), {})
  whmcs.anyProduct = false
  whmcs.addProduct({ pid: 185 })
  const made = await client.call('AddOrder', { clientid: '1001', paymentmethod: 'mailin', pid: ['185', '999'] }, waits)
  const orderId = made.kind === 'success' ? String(made.body.orderid) : ''
  const found = await orders.services(
    provisionRequest({ lines: [line('a', '185'), line('b', '999')] }),
    orderId,
    [],
    signal,
  )
  t.same(Object.keys(found), ['a'])
})

t.test('services throws where WHMCS can not be asked', async (t) => {
  const { whmcs, orders, signal } = await createAdapter(t)
  whmcs.faults.push({ on: 'GetClientsProducts', kind: 'html-500' })
  await t.rejects(orders.services(provisionRequest(), '1001', [], signal), { code: 'WHMCS_UNAVAILABLE' })
})
