import t from 'tap'
import type { OrderLine } from '../../src/domain/order.ts'
import { createMarker } from '../../src/whmcs/marker.ts'
import { createAdapter, provisionRequest } from '../helpers/whmcs.ts'

const line = (orderItemId: string, pid: string, quantity = 1): OrderLine => ({
  orderItemId,
  pid,
  quantity,
  billingCycle: 'monthly',
})
const ONE = provisionRequest({ lines: [line('a', '185', 3)] })
const TWO = provisionRequest({ lines: [line('a', '185'), line('b', '242')] })

t.test('services asks for the one service that AddOrder named', async (t) => {
  const { whmcs, calls, orders, signal } = await createAdapter(t)
  await orders.add(ONE, signal)
  const made = await orders.add(ONE, signal)
  const [id] = made.serviceIds
  for (const shape of ['array', 'numeric', 'single'] as const) {
    whmcs.listShape = shape
    t.same(await orders.services(ONE, made, signal), [{ id, pid: '185', status: 'Pending', quantity: 3 }], shape)
  }
  t.match(calls.at(-1)?.params, { action: 'GetClientsProducts', serviceid: id })
  t.equal(whmcs.calls.GetClientsProducts, 3)
})

t.test('services reads those of an order among the others of the client with one question', async (t) => {
  const { whmcs, orders, accept, signal } = await createAdapter(t)
  await orders.add(TWO, signal)
  const made = await orders.add(TWO, signal)
  await accept(made.whmcsOrderId)
  const [a, b] = made.serviceIds
  const expected = [
    { id: a, pid: '185', status: 'Active', quantity: 1 },
    { id: b, pid: '242', status: 'Active', quantity: 1 },
  ]
  t.same(await orders.services(TWO, made, signal), expected)
  t.same(await orders.services(TWO, { ...made, serviceIds: [] }, signal), expected, 'after an adoption')
  t.match(whmcs.calls, { GetClientsProducts: 2, GetOrders: 0 })
})

t.test('services of a client with many orders costs no more than the services of this one', async (t) => {
  const { whmcs, orders, signal } = await createAdapter(t)
  for (let i = 0; i < 300; i++) await orders.add(ONE, signal)
  const made = await orders.add(TWO, signal)
  const ids = (services: { id: string }[]) => services.map(({ id }) => id).sort()
  t.same(ids(await orders.services(TWO, made, signal)), [...made.serviceIds].sort())
  t.ok((whmcs.calls.GetClientsProducts ?? 0) <= 3)
  t.same(ids(await orders.services(TWO, { ...made, serviceIds: [] }, signal)), [...made.serviceIds].sort())
  t.ok((whmcs.calls.GetClientsProducts ?? 0) <= 6)
  t.equal(whmcs.calls.GetOrders, 1, 'the order names its services')
})

t.test('services finds all of a quantity that WHMCS made into services of their own', async (t) => {
  const { whmcs, orders, signal } = await createAdapter(t)
  whmcs.addProduct({ pid: 185, splits: true })
  const made = await orders.add(ONE, signal)
  t.equal(made.serviceIds.length, 3)
  t.equal((await orders.services(ONE, made, signal)).length, 3)
})

t.test('services says for which order item a service was made, where a custom field does', async (t) => {
  const marker = createMarker('custom-field', () => ({ 185: '12', 242: '13' }))
  const { orders, signal } = await createAdapter(t, { orders: { marker } })
  const made = await orders.add(TWO, signal)
  t.match(await orders.services(TWO, made, signal), [{ orderItemId: 'a' }, { orderItemId: 'b' }])
})

t.test('services knows nothing of an order that is not there', async (t) => {
  const { orders, signal } = await createAdapter(t)
  t.same(await orders.services(ONE, { whmcsOrderId: '999', serviceIds: ['7'] }, signal), [])
})

t.test('services throws where WHMCS can not be asked', async (t) => {
  const { whmcs, orders, signal } = await createAdapter(t)
  whmcs.faults.push({ on: 'GetClientsProducts', kind: 'html-500' })
  const order = { whmcsOrderId: '1001', serviceIds: [] }
  await t.rejects(orders.services(ONE, order, signal), { code: 'WHMCS_QUESTION_REFUSED' })
})
