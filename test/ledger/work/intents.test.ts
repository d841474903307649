import t, { type Test } from 'tap'
import type { Runner } from '../../../src/ledger/postgres/query.ts'
import { createIntents } from '../../../src/ledger/work/intents.ts'
import { type Bench, createBench } from '../../helpers/ledger.ts'
import { newNotificationId, newOrderId, ORGANIZATION, provisionRequest } from '../../helpers/messages.ts'

const FIRST = { priorOrderIds: ['3', '12'], sends: 0, looksNeeded: 2 }
const ADDED = { whmcsOrderId: '501', adopted: false }

t.test('intend writes down what is about to be sent, and read tells it', async (t) => {
  const { intents, request, orderId } = await setUp(t)
  t.equal(await intents.read(ORGANIZATION, orderId), undefined)
  t.equal(await intents.intend(ORGANIZATION, request, FIRST), 1)
  const intent = await intents.read(ORGANIZATION, orderId)
  t.match(intent, {
    state: 'sending',
    whmcsClientId: '7',
    priorOrderIds: ['3', '12'],
    sends: 1,
    looks: 0,
    serviceIds: {},
  })
  t.match(intent?.requestHash, /^[0-9a-f]{64}$/)
  t.ok(intent && intent.secondsSinceSent >= 0)
  t.equal(intent?.whmcsOrderId, undefined)
  t.equal(intent?.secondsSinceLook, undefined)
})

t.test('that the ledger is away is not the failure of an order', async (t) => {
  const away: Runner = { query: () => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNRESET' })) }
  const intents = createIntents(away)
  const request = provisionRequest(newOrderId())
  await t.rejects(intents.intend(ORGANIZATION, request, FIRST), { code: 'LEDGER_AWAY' })
  await t.rejects(intents.recordOrder(ORGANIZATION, request, ADDED), { code: 'LEDGER_AWAY' })
})

t.test('intend lets one of many send', async (t) => {
  const { intents, request } = await setUp(t)
  const answers = await Promise.all(Array.from({ length: 10 }, () => intents.intend(ORGANIZATION, request, FIRST)))
  t.same(
    answers.filter((sends) => sends !== undefined),
    [1],
  )
})

t.test('intend lets one of many send again after a refusal', async (t) => {
  const { intents, request, orderId } = await setUp(t)
  await intents.intend(ORGANIZATION, request, FIRST)
  await intents.recordRefusal(ORGANIZATION, orderId, 1)
  const again = { ...FIRST, sends: 1 }
  const answers = await Promise.all(Array.from({ length: 10 }, () => intents.intend(ORGANIZATION, request, again)))
  t.same(
    answers.filter((sends) => sends !== undefined),
    [2],
  )
})

t.test('intend sends nothing again while the outcome is unknown, until WHMCS was looked at often enough', async (t) => {
  const { intents, request, orderId } = await setUp(t)
  const again = { ...FIRST, sends: 1 }
  await intents.intend(ORGANIZATION, request, FIRST)
  t.equal(await intents.intend(ORGANIZATION, request, again), undefined, 'never looked')
  await intents.recordSearch(ORGANIZATION, orderId, 1)
  t.equal(await intents.intend(ORGANIZATION, request, again), undefined, 'looked once')
  await intents.recordSearch(ORGANIZATION, orderId, 1)
  t.match(await intents.read(ORGANIZATION, orderId), { looks: 2 })
  t.equal(await intents.intend(ORGANIZATION, request, again), 2)
  const intent = await intents.read(ORGANIZATION, orderId)
  t.match(intent, { state: 'sending', sends: 2, looks: 0 }, 'and the looks begin anew')
  t.equal(intent?.secondsSinceLook, undefined)
})

t.test('intend refuses a worker whose knowledge is old', async (t) => {
  const { intents, request, orderId } = await setUp(t)
  await intents.intend(ORGANIZATION, request, FIRST)
  await intents.recordRefusal(ORGANIZATION, orderId, 1)
  await intents.intend(ORGANIZATION, request, { ...FIRST, sends: 1 })
  await intents.recordRefusal(ORGANIZATION, orderId, 2)
  t.equal(await intents.intend(ORGANIZATION, request, { ...FIRST, sends: 1 }), undefined)
  t.equal(await intents.intend(ORGANIZATION, request, FIRST), undefined)
})

t.test('intend never sends an order that WHMCS has', async (t) => {
  const { intents, request, orderId, accept } = await setUp(t)
  await intents.intend(ORGANIZATION, request, FIRST)
  await intents.recordOrder(ORGANIZATION, request, ADDED)
  for (const sends of [0, 1, 2]) {
    t.equal(await intents.intend(ORGANIZATION, request, { ...FIRST, sends, looksNeeded: 0 }), undefined)
  }
  await accept(orderId)
  t.equal(await intents.intend(ORGANIZATION, request, { ...FIRST, sends: 1, looksNeeded: 0 }), undefined)
})

t.test('intend keeps what it sends the next time', async (t) => {
  const { intents, request, orderId } = await setUp(t)
  await intents.intend(ORGANIZATION, request, FIRST)
  const before = await intents.read(ORGANIZATION, orderId)
  await intents.recordRefusal(ORGANIZATION, orderId, 1)
  const mended = { ...request, clientId: '8' }
  await intents.intend(ORGANIZATION, mended, { priorOrderIds: ['44'], sends: 1, looksNeeded: 2 })
  const after = await intents.read(ORGANIZATION, orderId)
  t.match(after, { whmcsClientId: '8', priorOrderIds: ['44'] })
  t.not(after?.requestHash, before?.requestHash)
})

t.test('recordRefusal and recordSearch count only for the sending that is meant', async (t) => {
  const { intents, request, orderId } = await setUp(t)
  await intents.intend(ORGANIZATION, request, FIRST)
  await intents.recordRefusal(ORGANIZATION, orderId, 2)
  await intents.recordSearch(ORGANIZATION, orderId, 2)
  t.match(await intents.read(ORGANIZATION, orderId), { state: 'sending', looks: 0 })
  await intents.recordRefusal(ORGANIZATION, orderId, 1)
  await intents.recordSearch(ORGANIZATION, orderId, 1)
  t.match(await intents.read(ORGANIZATION, orderId), { state: 'refused', looks: 0 }, 'nothing to look for any more')
})

t.test('recordRefusal never takes back an order that WHMCS has', async (t) => {
  const { intents, request, orderId } = await setUp(t)
  await intents.intend(ORGANIZATION, request, FIRST)
  await intents.recordOrder(ORGANIZATION, request, ADDED)
  await intents.recordRefusal(ORGANIZATION, orderId, 1)
  t.match(await intents.read(ORGANIZATION, orderId), { state: 'added', whmcsOrderId: '501' })
})

t.test('recordOrder adopts an order that was found, with or without an intent', async (t) => {
  const { intents, request, orderId, rows } = await setUp(t)
  await intents.recordOrder(ORGANIZATION, request, { whmcsOrderId: '501', adopted: true })
  t.match(await intents.read(ORGANIZATION, orderId), { state: 'added', whmcsOrderId: '501', sends: 0 })
  const other = provisionRequest(newOrderId())
  await intents.intend(ORGANIZATION, other, FIRST)
  await intents.recordOrder(ORGANIZATION, other, { whmcsOrderId: '502', adopted: true })
  t.match(await intents.read(ORGANIZATION, other.orderId), { state: 'added', whmcsOrderId: '502', sends: 1 })
  t.same(await rows('select adopted from ledger.provisioning'), [{ adopted: true }, { adopted: true }])
})

t.test('recordOrder keeps the first WHMCS order of an order', async (t) => {
  const { intents, request, orderId } = await setUp(t)
  await intents.recordOrder(ORGANIZATION, request, ADDED)
  await intents.recordOrder(ORGANIZATION, request, { whmcsOrderId: '999', adopted: true })
  t.match(await intents.read(ORGANIZATION, orderId), { whmcsOrderId: '501' })
})

t.test('recordOrder refuses one WHMCS order for two orders', async (t) => {
  const { intents, request, orderId } = await setUp(t)
  await intents.recordOrder(ORGANIZATION, request, ADDED)
  const other = provisionRequest(newOrderId())
  await intents.intend(ORGANIZATION, other, FIRST)
  for (const adopted of [false, true]) {
    await t.rejects(intents.recordOrder(ORGANIZATION, other, { ...ADDED, adopted }), {
      code: 'WHMCS_ORDER_ID_REUSED',
      message: `WHMCS order 501 is order ${other.orderId} in WHMCS now, and order ${orderId} in the ledger`,
    })
  }
  t.match(await intents.read(ORGANIZATION, other.orderId), { state: 'sending', whmcsOrderId: undefined })
  t.equal(await intents.orderOf(ORGANIZATION, '501'), orderId)
  t.equal(await intents.orderOf(ORGANIZATION, '502'), undefined)
  await intents.recordOrder(newNotificationId(), provisionRequest(newOrderId()), ADDED)
})

t.test('beginAccept goes on from added alone', async (t) => {
  const { intents, request, orderId, accept } = await setUp(t)
  await intents.intend(ORGANIZATION, request, FIRST)
  t.notOk(await intents.beginAccept(ORGANIZATION, orderId, 300))
  t.match(await intents.read(ORGANIZATION, orderId), { state: 'sending', secondsSinceAccept: undefined })
  await intents.recordOrder(ORGANIZATION, request, ADDED)
  await intents.beginAccept(ORGANIZATION, orderId, 300)
  t.match((await intents.read(ORGANIZATION, orderId))?.secondsSinceAccept, Number)
  await accept(orderId)
  t.notOk(await intents.beginAccept(ORGANIZATION, orderId, 300))
})

interface Ground {
  intents: ReturnType<typeof createIntents>
  orderId: string
  request: ReturnType<typeof provisionRequest>
  rows: Bench['rows']
  accept: Bench['accept']
}

async function setUp(t: Test): Promise<Ground> {
  const { pool, rows, accept } = await createBench(t)
  const orderId = newOrderId()
  return { intents: createIntents(pool), orderId, request: provisionRequest(orderId), rows, accept }
}
