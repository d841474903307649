import t, { type Test } from 'tap'
import { createAdmin } from '../../helpers/admin.ts'

t.jobs = 3

const REASON = { reason: 'the product is mapped now' }

/** A service with one dead letter: its product is not mapped. */
async function setUp(t: Test) {
  const admin = await createAdmin(t)
  const { salesforce, endpoint, look } = admin
  const productId = salesforce.addProduct({ Name: '<b>Unmapped</b>', WHMCS_Product_ID__c: null })
  const orderId = salesforce.addOrder({ items: [{ productId }] })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const [dead] = await look.settled(1)
  const [read, operate] = [await admin.token('read'), await admin.token('operate')]
  const post = (path: string, body: unknown, token = operate) => admin.ask(path, { method: 'POST', token, body })
  return { admin, salesforce, orderId, productId, id: dead?.notification_id ?? '', read, operate, post }
}

t.test('one notification is shown with what was tried, its order and the others of its record', async (t) => {
  const { admin, salesforce, orderId, id, read } = await setUp(t)
  const { json } = await admin.ask(`/api/notifications/${id}`, { token: read })
  t.match(json, {
    notification: {
      organizationId: salesforce.organizationId,
      notificationId: id,
      source: 'outbound-message',
      recordId: orderId,
      state: 'dead',
      step: 'callback',
      errorCode: 'PRODUCT_UNMAPPED',
      errorMessage: /WHMCS_Product_ID__c/,
      whmcsOrderId: null,
      nextAttemptAt: null,
      finalizedAt: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    },
    attempts: [{ step: 'callback', code: 'PRODUCT_UNMAPPED' }, { step: 'write_back' }],
    acts: [],
    provisioning: null,
    message: { hasSession: Boolean, fields: Object },
    others: [],
  })
  for (const other of [orderId, orderId.slice(0, 15), id.slice(0, 15)]) {
    const found = await admin.ask(`/api/notifications/${other}`, { token: read })
    t.match(found, { status: 200, json: { notification: { notificationId: id } } }, other)
  }
  const unknown = await admin.ask('/api/notifications/04l000000000001AAA', { token: read })
  t.match(unknown, { status: 404, json: { code: 'NOT_FOUND' } })
  const odd = await admin.ask('/api/notifications/%00%01', { token: read })
  t.match(odd, { status: 400, json: { code: 'BAD_REQUEST' } })
})

t.test('a replay puts it back to work, and is kept with who asked and from where', async (t) => {
  const { admin, salesforce, orderId, productId, id, read, post } = await setUp(t)
  t.match(await post(`/api/notifications/${id}/replay`, REASON, read), { status: 403, json: { code: 'SCOPE_LACKING' } })
  t.match(await post(`/api/notifications/${id}/replay`, {}), { status: 400, json: { detail: /^reason: / } })
  t.match(await post(`/api/notifications/${id}/replay`, { reason: ' ' }), { status: 400, json: { detail: /reason/ } })
  t.match(await post(`/api/notifications/${id}/replay`, { ...REASON, step: 'bill' }), {
    status: 400,
    json: { detail: /^step: / },
  })
  salesforce.update(productId, { WHMCS_Product_ID__c: '185' })
  const replayed = await post(`/api/notifications/${id}/replay`, REASON)
  t.match(replayed, { status: 200, json: { notificationId: id, state: /pending|working|completed/ } })
  await admin.look.once(t, orderId)
  await admin.look.settled(1)
  const again = await post(`/api/notifications/${id}/replay`, { ...REASON, step: 'write_back' })
  t.match(again, { status: 200 }, 'what is completed can be replayed, too')
  await admin.look.settled(1)
  const { json } = await admin.ask(`/api/notifications/${id}`, { token: read })
  t.match(json, {
    acts: [
      { act: 'replay', requestedBy: 'a operateer', via: 'api', reason: REASON.reason, fromState: 'dead' },
      { toStep: 'write_back' },
    ],
    provisioning: { state: 'accepted', sends: 1 },
    order: { content: { orderId } },
  })
  const audit = await admin.bench.rows("select token_id, address, login from ledger.audit where act = 'replay' limit 1")
  t.match(audit, [{ token_id: /^[0-9a-f]{12}$/, address: '127.0.0.1', login: 'soapstone' }])
})

t.test('a dead letter is dismissed; what is not dead is not', async (t) => {
  const { admin, id, post, read } = await setUp(t)
  t.match(await post(`/api/notifications/${id}/dismiss`, REASON, read), { status: 403 })
  t.match(await post(`/api/notifications/${id}/dismiss`, {}), { status: 400, json: { detail: /^reason: / } })
  t.match(await post(`/api/notifications/${id}/dismiss`, REASON), { status: 200, json: { state: 'dismissed' } })
  t.match(await post(`/api/notifications/${id}/dismiss`, REASON), { status: 409, json: { code: 'STATE_CONFLICT' } })
  t.match(await post('/api/notifications/04l000000000001AAA/dismiss', REASON), { status: 404 })
  t.match(await admin.ask(`/api/notifications/${id}`, { token: read }), { json: { acts: [{ act: 'dismiss' }] } })
})

t.test('resolve takes one finding, and asks WHMCS whether it can be so', async (t) => {
  const { admin, id, post, read } = await setUp(t)
  const resolve = (finding: object, token?: string) =>
    post(`/api/notifications/${id}/resolve`, { ...REASON, ...finding }, token)
  t.match(await resolve({ notCreated: true }, read), { status: 403 })
  for (const finding of [{}, { notCreated: false }, { notCreated: true, whmcsOrder: '1' }]) {
    t.match(await resolve(finding), { status: 400, json: { detail: /^whmcsOrder: / } }, JSON.stringify(finding))
  }
  t.match(await resolve({ whmcsOrder: 'x' }), { status: 400, json: { detail: /'x' is not the id/ } })
  t.match(await resolve({ whmcsOrder: '4711' }), {
    status: 422,
    json: { code: 'CONTRADICTED', detail: /nothing was changed/ },
  })
  t.match(await resolve({ notCreated: true }), { status: 422, json: { code: 'CONTRADICTED' } }, 'nothing was ever sent')
  t.match(await admin.ask(`/api/notifications/${id}`, { token: read }), { json: { acts: [] } })
})

t.test('an open notification changes its turn, and a final one does not', async (t) => {
  const { admin, salesforce, id, read } = await setUp(t)
  const operate = await admin.token('operate')
  const put = (path: string, priority: string, token = operate) =>
    admin.ask(`/api/notifications/${path}/priority`, { method: 'PUT', token, body: { priority } })
  salesforce.faults.push({ on: 'any', kind: 'status', status: 503, times: Number.POSITIVE_INFINITY })
  await admin.bench.rows(
    'insert into ledger.pause (organization_id, step, until, code, message, worker) values ($1, $2, now() + $3, $4, $4, $4)',
    [salesforce.organizationId, 'callback', '1 hour', 'TEST'],
  )
  const waiting = salesforce.addOrder()
  await salesforce.send({ endpoint: admin.endpoint, orderIds: [waiting] })
  t.match(await put(waiting, 'critical', read), { status: 403 })
  t.match(await put(waiting, 'soon'), { status: 400, json: { detail: /^priority: .*critical, normal, batch/ } })
  t.match(await put(waiting, 'critical'), { status: 200, json: { recordId: waiting, priority: 'critical' } })
  t.match(await put(id, 'critical'), { status: 409 })
})

t.test('everything about an order is found by its id', async (t) => {
  const { admin, orderId, id, read, salesforce } = await setUp(t)
  for (const asked of [orderId, orderId.slice(0, 15)]) {
    const { json } = await admin.ask(`/api/orders/${asked}`, { token: read })
    t.match(json, {
      organizationId: salesforce.organizationId,
      orderId,
      provisioning: null,
      notifications: [{ notificationId: id, state: 'dead', tried: [{ step: 'callback' }, {}], acts: [] }],
    })
  }
  t.match(await admin.ask('/api/orders/801000000000001AAA', { token: read }), { status: 404 })
  t.match(await admin.ask('/api/orders/nonsense', { token: read }), { status: 400, json: { code: 'BAD_REQUEST' } })
})
