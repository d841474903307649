import t, { type Test } from 'tap'
import { checkResolution, type KnownIntent } from '../../src/whmcs/resolution.ts'
import { ORDER, ORGANIZATION } from '../helpers/items.ts'
import { CLIENT, createAdapter, provisionRequest } from '../helpers/whmcs.ts'

const OTHER = '801Ss00000Zz9YyIAJ'
const THIRD = '801Ss00000Xx8WwIAJ'

/** An order of unknown outcome, and a WHMCS in which a person has looked. `known`: other orders by their WHMCS ids. */
async function build(t: Test, intent: Partial<KnownIntent> = {}) {
  const world = await createAdapter(t)
  const known = new Map<string, string>()
  const intents = {
    read: async (): Promise<KnownIntent> => ({ request: provisionRequest(), ...intent }),
    orderOf: async (_organization: string, whmcsOrderId: string) => known.get(whmcsOrderId),
  }
  const make = async (fields: Record<string, string | string[]> = {}) => {
    const asked = { clientid: CLIENT, paymentmethod: 'mailin', pid: ['185'], qty: ['2'], ...fields }
    const reply = await world.client.call('AddOrder', asked, world.waits)
    return reply.kind === 'success' ? String(reply.body.orderid) : ''
  }
  const check = (whmcsOrderId?: string) =>
    checkResolution(
      { organizationId: ORGANIZATION, orderId: ORDER, ...(whmcsOrderId !== undefined && { whmcsOrderId }) },
      { whmcs: world.orders, intents },
      world.signal,
    )
  return { ...world, known, make, check }
}

t.test('checkResolution believes an order of this client that holds what was asked for', async (t) => {
  const { make, check } = await build(t)
  t.same(await check(await make()), [])
  t.same(await check(await make({ notes: `sfOrderId=${ORDER}` })), [], 'with its own marker')
  t.same(await check(await make({ pid: ['185', '242'], qty: ['2', '1'] })), [], 'and more')
})

t.test('checkResolution refuses an order that is not there, or is somebody else’s', async (t) => {
  const { known, make, check } = await build(t)
  t.same(await check('999999'), ['WHMCS has no order 999999.'])
  t.same(await check('x'), ['WHMCS has no order x.'])
  const theirs = await make({ clientid: '7' })
  t.same(await check(theirs), [`WHMCS order ${theirs} belongs to client 7, and order ${ORDER} to client ${CLIENT}.`])
  const marked = await make({ notes: `by phone; sfOrderId=${OTHER}` })
  t.same(await check(marked), [`WHMCS order ${marked} carries the marker of ${OTHER}.`])
  const taken = await make()
  known.set(taken, THIRD)
  t.same(await check(taken), [`WHMCS order ${taken} is order ${THIRD}.`])
  known.set(taken, ORDER)
  t.same(await check(taken), [], 'known for this order, as it is')
})

t.test('checkResolution refuses an order that does not hold the products asked for', async (t) => {
  const { make, check } = await build(t)
  const other = await make({ pid: ['242'] })
  t.match(await check(other), [/^In WHMCS order \d+, 802\w+ \(WHMCS product 185\) has no service there\.$/])
  const fewer = await make({ qty: ['1'] })
  t.match(await check(fewer), [/has 1 there instead of 2\.$/])
})

t.test('checkResolution refuses to hear that an order was never made whose marker is there', async (t) => {
  const { make, check } = await build(t)
  t.same(await check(), [])
  const marked = await make({ notes: `sfOrderId=${ORDER}` })
  t.same(await check(), [`WHMCS order ${marked} carries the marker of order ${ORDER}.`])
})

t.test('checkResolution takes nothing back by which something was accepted', async (t) => {
  const world = await createAdapter(t)
  const { whmcsOrderId } = await world.orders.add(provisionRequest({ orderId: OTHER }), world.signal)
  const check = (intent: Partial<KnownIntent>) =>
    checkResolution(
      { organizationId: ORGANIZATION, orderId: ORDER },
      {
        whmcs: world.orders,
        intents: {
          read: async () => ({ request: provisionRequest(), whmcsOrderId, ...intent }),
          orderOf: async () => undefined,
        },
      },
      world.signal,
    )
  t.same(await check({ secondsSinceAccept: 9 }), [], 'AcceptOrder was sent, and did nothing')
  await world.accept(whmcsOrderId)
  t.same(await check({ secondsSinceAccept: 9 }), [`It was accepted as WHMCS order ${whmcsOrderId}.`])
  t.same(await check({}), [], 'somebody else accepted it')
})

t.test('checkResolution knows nothing of an order for which nothing was sent', async (t) => {
  const { orders, signal } = await createAdapter(t)
  const intents = { read: async () => undefined, orderOf: async () => undefined }
  const resolution = { organizationId: ORGANIZATION, orderId: ORDER, whmcsOrderId: '1' }
  t.match(await checkResolution(resolution, { whmcs: orders, intents }, signal), [/^Nothing was ever sent/])
})
