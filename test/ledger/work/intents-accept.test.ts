import t from 'tap'
import { createIntents } from '../../../src/ledger/work/intents.ts'
import { createBench } from '../../helpers/ledger.ts'
import { newOrderId, ORGANIZATION, provisionRequest } from '../../helpers/messages.ts'

const FIRST = { priorOrderIds: [], sends: 0, looksNeeded: 2 }
const ADDED = { whmcsOrderId: '501', adopted: false }
const ADOPTED = { whmcsOrderId: '501', adopted: true }

t.test('beginAccept lets one of many send AcceptOrder, and another only when that one must have ended', async (t) => {
  const { pool, rows } = await createBench(t)
  const intents = createIntents(pool)
  const orderId = newOrderId()
  await intents.recordOrder(ORGANIZATION, provisionRequest(orderId), ADOPTED)
  const accepting = () => intents.beginAccept(ORGANIZATION, orderId, 300)
  const sent = await Promise.all([1, 2, 3, 4].map(accepting))
  t.equal(sent.filter(Boolean).length, 1)
  await rows(`update ledger.provisioning set accept_sent_at = accept_sent_at - interval '299 seconds'`)
  t.equal(await accepting(), false)
  await rows(`update ledger.provisioning set accept_sent_at = accept_sent_at - interval '1 second'`)
  t.equal(await accepting(), true)
})

t.test('recordOrder leaves acceptance to the worker that found our order before we heard of it', async (t) => {
  const { pool } = await createBench(t)
  const intents = createIntents(pool)
  const request = provisionRequest(newOrderId())
  await intents.intend(ORGANIZATION, request, FIRST)
  t.equal(await intents.recordOrder(ORGANIZATION, request, ADOPTED), true)
  t.equal(await intents.recordOrder(ORGANIZATION, request, ADDED), false)
  t.equal(await intents.beginAccept(ORGANIZATION, request.orderId, 300), true)
})

t.test('recordOrder keeps an acceptance that has begun when another worker finds the order', async (t) => {
  const { pool } = await createBench(t)
  const intents = createIntents(pool)
  const request = provisionRequest(newOrderId())
  await intents.intend(ORGANIZATION, request, FIRST)
  t.equal(await intents.recordOrder(ORGANIZATION, request, ADDED), true, 'and accepts it next')
  t.equal(await intents.recordOrder(ORGANIZATION, request, ADOPTED), true)
  t.equal(await intents.beginAccept(ORGANIZATION, request.orderId, 300), false)
})
