import t, { type Test } from 'tap'
import { replay } from '../../src/ledger/people/acts.ts'
import { createLook } from '../helpers/look.ts'
import { createService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

t.jobs = 4

t.test(
  'an unmapped product fails the order with a message that names record and field; mended, a replay provisions it',
  async (t) => {
    const { salesforce, whmcs, endpoint, log, look, replayAll } = await build(t)
    const productId = salesforce.addProduct({ Name: `Ünmapped ${'😀'.repeat(100)}`, WHMCS_Product_ID__c: null })
    const orderId = salesforce.addOrder({ items: [{ productId }] })
    await salesforce.send({ endpoint, orderIds: [orderId] })
    const failed = await look.order(orderId, 'Failed')
    t.equal(failed.Provisioning_Error_Code__c, 'PRODUCT_UNMAPPED')
    const message = String(failed.Provisioning_Error_Message__c)
    t.ok(message.length <= 255, `${message.length} characters`)
    t.equal(Buffer.from(message).toString(), message, 'no character is halved')
    t.ok(message.includes(productId), 'names the record')
    const [dead] = await look.settled(1)
    t.match(dead, { state: 'dead', step: 'callback', error_code: 'PRODUCT_UNMAPPED', whmcs_order_id: null })
    t.match(dead?.error_message, /WHMCS_Product_ID__c/)
    t.equal(whmcs.calls.total, 0)
    t.ok(
      log.some((line) => line.includes('"remedy":"Fill the field on the product')),
      'the log says what to do',
    )

    salesforce.update(productId, { WHMCS_Product_ID__c: '185' })
    t.equal(await replayAll(), 'callback')
    await look.once(t, orderId)
    t.match(salesforce.record(orderId), { Provisioning_Error_Code__c: null, Provisioning_Error_Message__c: null })
    t.match(await look.settled(1), [{ state: 'completed', error_code: null, error_message: null }])
    const { rows } = await look.pool.query(
      "select detail ->> 'fromState' as from_state, actor, login, reason from ledger.audit",
    )
    t.match(rows, [{ from_state: 'dead', actor: 'tester', login: 'soapstone', reason: 'mended' }])
  },
)

t.test('a message of failure names the field even where the name of the record is long', async (t) => {
  const { salesforce, endpoint, look } = await build(t)
  const productId = salesforce.addProduct({ Name: 'x'.repeat(255), WHMCS_Product_ID__c: null })
  const orderId = salesforce.addOrder({ items: [{ productId }] })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const { Provisioning_Error_Message__c: message } = await look.order(orderId, 'Failed')
  t.match(message, /WHMCS_Product_ID__c/)
  t.ok(String(message).length <= 255)
  await look.settled(1)
})

t.test('an order whose retries are used up waits as a dead letter for its replay', async (t) => {
  const { salesforce, whmcs, endpoint, look, replayAll } = await build(t)
  const orderId = salesforce.addOrder()
  salesforce.faults.push({ on: 'any', kind: 'status', status: 503, times: Number.POSITIVE_INFINITY })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  t.match(await look.settled(1), [{ state: 'dead', step: 'callback', error_code: 'SALESFORCE_UNAVAILABLE' }])
  const outcomes = (await look.attempts()).map(({ step, outcome }) => `${step} ${outcome}`)
  t.same(outcomes, [
    ...Array(3).fill('callback retry'),
    'callback gave_up',
    ...Array(3).fill('write_back retry'),
    'write_back dead',
  ])
  salesforce.faults.clear()
  t.equal(await replayAll(), 'callback')
  await look.once(t, orderId)
  t.equal(whmcs.calls.AddOrder, 1)
  await look.settled(1)
})

t.test('a locked row is tried again, alone', async (t) => {
  const { salesforce, endpoint, look } = await build(t)
  const orderIds = Array.from({ length: 4 }, () => salesforce.addOrder())
  const [locked = ''] = orderIds
  salesforce.faults.push({
    on: 'collections',
    kind: 'record-error',
    recordId: locked,
    statusCode: 'UNABLE_TO_LOCK_ROW',
    message: 'unable to obtain exclusive access to this record',
  })
  await salesforce.send({ endpoint, orderIds })
  for (const orderId of orderIds) await look.once(t, orderId)
  await look.settled(4)
  const retried = (await look.attempts()).filter(({ outcome }) => outcome !== 'advanced' && outcome !== 'completed')
  t.match(retried, [{ record_id: locked, step: 'callback', outcome: 'retry', code: 'SALESFORCE_ROW_LOCKED' }])
  t.equal(retried.length, 1)
})

t.test('a used-up request limit pauses the stage and burns no attempt', async (t) => {
  const { salesforce, endpoint, log, look } = await build(t)
  salesforce.faults.push({ on: 'query', kind: 'status', status: 403 })
  const orderIds = [salesforce.addOrder(), salesforce.addOrder()]
  await salesforce.send({ endpoint, orderIds })
  for (const orderId of orderIds) await look.once(t, orderId)
  t.ok((await look.settled(2)).every(({ attempts }) => attempts === 0))
  t.match(await look.attempts(), [{ outcome: 'paused', code: 'SALESFORCE_LIMIT' }])
  t.ok(log.some((line) => line.includes('stage.paused')))
  t.ok(log.some((line) => line.includes('stage.resumed')))
  t.equal((await look.pool.query('select from ledger.pause')).rowCount, 0)
})

t.test('what is not approved, was deleted since or before, is ignored without a touch', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  const draft = salesforce.addOrder({ fields: { Status: 'Draft' } })
  const deletedSince = salesforce.addOrder()
  const deletedBefore = salesforce.addOrder()
  salesforce.remove(deletedBefore)
  // The query runs after the message was taken.
  salesforce.on('call', () => salesforce.remove(deletedSince))
  await salesforce.send({ endpoint, orderIds: [draft, deletedSince, deletedBefore] })
  const rows = await look.settled(3)
  const seen = rows.map(({ state, record_id, error_code }) => ({ state, record_id, error_code }))
  t.strictSame(
    new Set(seen.map((row) => JSON.stringify(row))),
    new Set(
      [
        { state: 'ignored', record_id: draft, error_code: 'NOT_ELIGIBLE' },
        { state: 'ignored', record_id: deletedSince, error_code: 'RECORD_DELETED' },
        { state: 'ignored', record_id: '', error_code: 'RECORD_DELETED' },
      ].map((row) => JSON.stringify(row)),
    ),
  )
  t.equal(whmcs.calls.total, 0)
  t.equal(salesforce.record(draft)?.Provisioning_Status__c, undefined)
})

t.test('an order that is provisioned already completes without a call to WHMCS', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  const orderId = salesforce.addOrder({ fields: { Provisioning_Status__c: 'Provisioned', WHMCS_Order_ID__c: '77' } })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  t.match(await look.settled(1), [{ state: 'completed', whmcs_order_id: '77' }])
  t.equal(whmcs.calls.total, 0)
  t.match(salesforce.calls, { query: 1, collections: 0 })
})

t.test('our own write-back that comes round as a new notification comes to rest', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t)
  salesforce.autoNotify = { endpoint }
  const orderIds = [salesforce.addOrder(), salesforce.addOrder()]
  await salesforce.send({ endpoint, orderIds })
  for (const orderId of orderIds) await look.once(t, orderId)
  // Two changes of each order, Activating and Provisioned, are two more notifications of it.
  const rows = await look.settled(6)
  t.ok(rows.every(({ state }) => state === 'completed' || state === 'superseded'))
  t.match(whmcs.calls, { AddOrder: 2, AcceptOrder: 2 })
})

t.test('our own report of a failure that comes round as a new notification comes to rest', async (t) => {
  const { salesforce, endpoint, look } = await build(t)
  salesforce.autoNotify = { endpoint }
  const productId = salesforce.addProduct({ WHMCS_Product_ID__c: null })
  const orderId = salesforce.addOrder({ items: [{ productId }] })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const rows = await look.settled(2)
  t.same(rows.map(({ state, error_code }) => `${state} ${error_code}`).sort(), [
    'dead PRODUCT_UNMAPPED',
    'ignored OWN_REPORT',
  ])

  // A person touches the order: that is no echo.
  salesforce.update(productId, { WHMCS_Product_ID__c: '185' })
  salesforce.update(orderId, { Description: 'mended' })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
})

t.test('an order that sharing hides is a dead letter that says so; shared, a replay provisions it', async (t) => {
  const { salesforce, whmcs, endpoint, log, look, replayAll } = await build(t)
  const orderId = salesforce.addOrder()
  salesforce.hide(orderId)
  await salesforce.send({ endpoint, orderIds: [orderId] })
  t.match(await look.settled(1), [{ state: 'dead', step: 'callback', error_code: 'ORDER_NOT_VISIBLE' }])
  t.ok(log.some((line) => /"remedy":"[^"]*sharing/.test(line)))
  t.equal(whmcs.calls.total, 0)
  t.match(salesforce.calls, { query: 2, collections: 0 }, 'it is not even told: it would be refused')
  salesforce.share(orderId)
  t.equal(await replayAll(), 'callback')
  await look.once(t, orderId)
})

t.test('errors of a record that may pass are tried again, be they unknown or wrapped', async (t) => {
  const { salesforce, endpoint, look } = await build(t)
  const faults = [
    [
      'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
      'OrderTrigger: caused by: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access',
    ],
    ['CANNOT_EXECUTE_FLOW_TRIGGER', 'The flow failed: Apex CPU time limit exceeded'],
    ['NEVER_HEARD_OF', 'who knows'],
  ] as const
  const orderIds = faults.map(([statusCode, message]) => {
    const recordId = salesforce.addOrder()
    salesforce.faults.push({ on: 'collections', kind: 'record-error', recordId, statusCode, message, times: 2 })
    return recordId
  })
  await salesforce.send({ endpoint, orderIds })
  for (const orderId of orderIds) await look.once(t, orderId)
  const rows = await look.settled(3)
  t.ok(rows.every(({ state }) => state === 'completed'))
  const codes = new Set((await look.attempts()).flatMap(({ code }) => code ?? []))
  t.same([...codes].sort(), ['SALESFORCE_ROW_LOCKED', 'SALESFORCE_SAVE_FAILED'])
})

t.test('what the organisation or the login suffers pauses the stage and burns no attempt', async (t) => {
  const suffered = [
    ['INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE', 'SALESFORCE_MAINTENANCE'],
    ['INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'SALESFORCE_FORBIDDEN'],
  ] as const
  for (const [statusCode, code] of suffered) {
    const { salesforce, endpoint, look } = await build(t)
    const orderIds = [salesforce.addOrder(), salesforce.addOrder()]
    salesforce.faults.push({ on: 'collections', kind: 'record-error', statusCode, message: 'not now', times: 2 })
    await salesforce.send({ endpoint, orderIds })
    for (const orderId of orderIds) await look.once(t, orderId)
    t.ok((await look.settled(2)).every(({ state, attempts }) => state === 'completed' && attempts === 0))
    t.match(await look.attempts(), [{ outcome: 'paused', code }])
  }
})

t.test('a service id that Salesforce refuses is a warning on what is done', async (t) => {
  const { salesforce, endpoint, look } = await build(t)
  const orderId = salesforce.addOrder()
  const [item = ''] = salesforce.itemsOf(orderId)
  const refusal = { statusCode: 'INVALID_FIELD_FOR_INSERT_UPDATE', message: 'check the security settings' }
  salesforce.faults.push({ on: 'collections', kind: 'record-error', recordId: item, ...refusal })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  t.match(await look.settled(1), [{ state: 'completed', error_code: null }])
  const note = new RegExp(`^Warning: a service id was not written. OrderItem ${item} .*security settings`)
  t.match((await look.attempts()).at(-1), { step: 'write_back', outcome: 'completed', message: note })
})

t.test('a report that Salesforce refuses is not given up, says so, and is written when it can be', async (t) => {
  const { salesforce, endpoint, log, look, replayAll } = await build(t)
  const [provisioned, failed] = [
    salesforce.addOrder(),
    salesforce.addOrder({ items: [{ productId: salesforce.addProduct({ WHMCS_Product_ID__c: '1' }) }] }),
  ]
  salesforce.on('call', ({ kind }) => {
    if (kind !== 'collections' || salesforce.calls.collections !== 2) return
    const rule = { statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'Only on Mondays' }
    salesforce.faults.push({ on: 'collections', kind: 'record-error', ...rule, times: Number.POSITIVE_INFINITY })
  })
  await salesforce.send({ endpoint, orderIds: [provisioned, failed] })
  const message = 'SALESFORCE_FIELD_REFUSED: Order'
  await until(async () => {
    const unwritten = (await look.attempts()).filter(({ code }) => code === 'SALESFORCE_REPORT_NOT_WRITTEN')
    return unwritten.length > 4 && unwritten.every((attempt) => String(attempt.message).startsWith(message))
  }, 'reports that are not written')
  t.equal(salesforce.record(provisioned)?.Provisioning_Status__c, 'Activating')
  t.same(
    (await look.rows()).map(({ state }) => state).filter((state) => state === 'dead'),
    [],
  )
  t.ok(log.some((line) => line.includes('"remedy":"Mend what the message names')))
  await t.rejects(replayAll(), /not final/, 'a replay has nothing to do: it goes on by itself')
  salesforce.faults.clear()
  await look.once(t, provisioned)
  await look.settled(2)
})

async function build(t: Test, more: Record<string, string> = {}) {
  const world = await createService(t, more)
  const look = createLook(t, world)
  return {
    ...world,
    look,
    /** Returns the step at which the last one goes on. */
    async replayAll() {
      let step = ''
      for (const { notification_id: notificationId } of await look.rows()) {
        const { organizationId } = world.salesforce
        step = await replay(look.pool, {
          organizationId,
          notificationId,
          reason: 'mended',
          by: { name: 'tester', via: 'cli' },
        })
      }
      return step
    },
  }
}
