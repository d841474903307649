import t, { type Test } from 'tap'
import { resolve } from '../../../src/ledger/people/acts.ts'
import { createIntents } from '../../../src/ledger/work/intents.ts'
import { createBench, pass, settleAll } from '../../helpers/ledger.ts'
import { notification, ORGANIZATION, provisionRequest } from '../../helpers/messages.ts'

t.test('resolve names the WHMCS order of an order of unknown outcome', async (t) => {
  const { pool, intents, order } = await setUp(t)
  t.equal(await resolve(pool, { ...order, whmcsOrderId: '501' }), 'callback')
  t.match(await intents.read(ORGANIZATION, order.orderId), { state: 'added', whmcsOrderId: '501' })
})

t.test('resolve takes a wrong word back, until the order is accepted', async (t) => {
  const { bench, pool, intents, order, request } = await setUp(t)
  const named = (whmcsOrderId: string) => resolve(pool, { ...order, whmcsOrderId })
  t.equal(await named('501'), 'callback')
  t.equal(await intents.beginAccept(ORGANIZATION, order.orderId, 300), true)
  t.equal(await named('502'), 'callback')
  t.match(await intents.read(ORGANIZATION, order.orderId), {
    state: 'added',
    whmcsOrderId: '502',
    secondsSinceAccept: undefined,
  })
  t.equal(await resolve(pool, order), 'callback')
  t.match(await intents.read(ORGANIZATION, order.orderId), { state: 'refused', whmcsOrderId: undefined })
  t.equal(await named('501'), undefined, 'nothing is unknown any more')

  const again = { priorOrderIds: [], sends: 1, looksNeeded: 2 }
  await intents.intend(ORGANIZATION, request, again)
  await intents.recordOrder(ORGANIZATION, request, { whmcsOrderId: '503', adopted: false })
  t.equal(await named('501'), undefined, 'WHMCS itself said which one it is')
  await bench.accept(order.orderId, {})
  t.equal(await resolve(pool, order), undefined)
})

t.test('resolve says that nothing was made: then it may be sent again', async (t) => {
  const { pool, intents, order, request } = await setUp(t)
  t.equal(await resolve(pool, order), 'callback')
  t.match(await intents.read(ORGANIZATION, order.orderId), { state: 'refused', whmcsOrderId: undefined })
  const again = { priorOrderIds: [], sends: 1, looksNeeded: 2 }
  t.equal(await intents.intend(ORGANIZATION, request, again), 2)
})

t.test('resolve leaves alone what a worker has in hand, whose sending may be a new one', async (t) => {
  const { bench, pool, intents, order } = await setUp(t)
  await bench.recordEach([notification({ recordId: order.orderId })])
  const worker = bench.worker('w2')
  const items = await worker.claim('callback', 1)
  t.equal(await resolve(pool, order), undefined)
  t.match(await intents.read(ORGANIZATION, order.orderId), { state: 'sending' })
  await settleAll(worker, 'callback', items, { kind: 'bury' })
  t.equal(await resolve(pool, order), 'callback')
})

/** A dead letter whose AddOrder had no clear answer. */
async function setUp(t: Test) {
  const bench = await createBench(t)
  const intents = createIntents(bench.pool)
  const one = notification()
  await bench.recordEach([one])
  const request = provisionRequest(one.recordId ?? '')
  await intents.intend(ORGANIZATION, request, { priorOrderIds: [], sends: 0, looksNeeded: 2 })
  await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
  return {
    bench,
    pool: bench.pool,
    intents,
    request,
    order: {
      organizationId: ORGANIZATION,
      notificationId: one.notificationId,
      recordId: request.orderId,
      orderId: request.orderId,
      reason: 'seen in WHMCS',
      by: { name: 'anna', via: 'cli' },
    },
  }
}
