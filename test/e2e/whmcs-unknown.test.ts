import t, { type Test } from 'tap'
import { createLook } from '../helpers/look.ts'
import { createService } from '../helpers/service.ts'
import type { WhmcsFault } from '../simulators/whmcs.ts'

t.jobs = 4

/** Ways in which WHMCS gives no clear answer. Whether the order was made differs; that we can't know it is the same. */
const UNCLEAR: Record<string, (on: string) => WhmcsFault> = {
  'a lost reply': (on) => ({ on, kind: 'lost-reply' }),
  'a reply that never comes': (on) => ({ on, kind: 'hang' }),
  'work that never begins': (on) => ({ on, kind: 'hang-before' }),
  'work that is done after the connection broke': (on) => ({ on, kind: 'late', ms: 300 }),
  'an error page after the work': (on) => ({ on, kind: 'html-500' }),
  'half a reply': (on) => ({ on, kind: 'cut-json' }),
  'a warning without a result': (on) => ({ on, kind: 'warning' }),
  'a gateway that gives up before the work': (on) => ({
    on,
    kind: 'status',
    status: 502,
    body: '<h1>Bad Gateway</h1>',
  }),
  'a gateway that gives up after the work': (on) => ({
    on,
    kind: 'status',
    status: 504,
    body: '<h1>Gateway Time-out</h1>',
    work: true,
  }),
  'a connection that breaks before the work': (on) => ({ on, kind: 'reset' }),
}

for (const [name, fault] of Object.entries(UNCLEAR)) {
  for (const action of ['AddOrder', 'AcceptOrder']) {
    t.test(`${action}: after ${name} there is one order`, async (t) => {
      const { salesforce, whmcs, endpoint, look } = await build(t)
      whmcs.faults.push(fault(action))
      const orderId = salesforce.addOrder()
      await salesforce.send({ endpoint, orderIds: [orderId] })
      await look.once(t, orderId)
      t.match(await look.settled(1), [{ state: 'completed', error_code: null }])
      const unknown = (await look.attempts()).filter(({ code }) => code === 'WHMCS_OUTCOME_UNKNOWN')
      t.ok(unknown.length > 0, 'was unknown meanwhile')
      t.equal(whmcs.orders().length, 1)
    })
  }
}

t.test('AddOrder: an error text that nobody knows says nothing, so WHMCS is searched', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  whmcs.faults.push({ on: 'AddOrder', kind: 'error', message: 'Something went wrong in a hook' })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  t.equal(whmcs.calls.AddOrder, 2)
  await look.settled(1)
})

t.test('AddOrder: unclear again and again, it is still made once', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  whmcs.faults.push({ on: 'AddOrder', kind: 'reset' })
  whmcs.faults.push({ on: 'AddOrder', kind: 'lost-reply' })
  whmcs.faults.push({ on: 'GetOrders', kind: 'html-500', times: 2 })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  await look.settled(1)
  t.equal(whmcs.calls.AddOrder, 2)
})

async function build(t: Test) {
  const world = await createService(t, { WHMCS_TIMEOUT: '400ms', RETRY_SCHEDULE: '50ms,50ms,50ms,50ms,50ms' })
  return { ...world, look: createLook(t, world) }
}
