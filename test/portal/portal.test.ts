/** The portal's endpoints over HTTP, before a ledger that the test fills itself. */
import { createHmac } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { soapstone } from '../helpers/cli.ts'
import { createLook } from '../helpers/look.ts'
import { createService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

t.jobs = 3

const SECRET = 'a secret for links of customers'
const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600

/** As surfaces say it, not by our own code. */
function link(orderId: string, { expires = inAnHour(), secret = SECRET, signed = orderId } = {}): string {
  const signature = createHmac('sha256', secret).update(`GET\n/orders/${signed}\n${expires}`).digest('hex')
  return `/orders/${orderId}?expires=${expires}&signature=${signature}`
}

async function build(t: Test, more: Record<string, string> = {}) {
  const world = await createService(t, { PORTAL_LINK_SECRET: SECRET, SWEEP_EVERY: 'off', ...more })
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const reply = await fetch(`${world.service.url}${path}`, { headers })
    const text = await reply.text()
    return { status: reply.status, headers: reply.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
  return { ...world, ask, look: createLook(t, world) }
}

t.test('an order is shown to who has a link to it: what a customer may see, and nothing else', async (t) => {
  const { ask, salesforce, endpoint, look, whmcs } = await build(t)
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  await look.settled(1)
  const { status, body, headers } = await ask(link(orderId))
  t.equal(status, 200)
  t.match(headers.get('content-type'), /^application\/json/)
  t.equal(headers.get('cache-control'), 'private, no-cache')
  t.same(Object.keys(body).sort(), ['message', 'orderId', 'orderNumber', 'status', 'updatedAt', 'whmcsOrderId'])
  t.match(body, {
    orderId,
    orderNumber: salesforce.record(orderId)?.OrderNumber,
    status: 'Provisioned',
    message: 'Your services are ready to use.',
    updatedAt: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    whmcsOrderId: String(whmcs.ordersFor(orderId)[0]?.id),
  })
  t.match(await ask(link(orderId).replace(orderId, orderId.slice(0, 15))), { status: 200 }, 'by its 15 characters, too')
})

t.test('of a failure a customer learns what it means for him, and no word of ours', async (t) => {
  const { ask, salesforce, endpoint, look } = await build(t)
  const product = salesforce.addProduct({ WHMCS_Product_ID__c: null })
  const [failed, draft] = [
    salesforce.addOrder({ items: [{ productId: product }] }),
    salesforce.addOrder({ fields: { Status: 'Draft' } }),
  ]
  await salesforce.send({ endpoint, orderIds: [failed, draft] })
  await look.settled(2)
  const { body } = await ask(link(failed))
  t.match(body, { status: 'Failed', message: /^We have to check a product of your order/ })
  t.notMatch(JSON.stringify(body), /WHMCS_|Product2|PRODUCT_UNMAPPED|Salesforce/)
  t.match((await ask(link(draft))).body, { status: 'Pending Review' })
})

t.test('who has it already is answered 304, until something changes', async (t) => {
  const { ask, salesforce, endpoint, look, whmcs } = await build(t, { DRAIN_SECONDS: '0' })
  const orderId = salesforce.addOrder()
  whmcs.faults.push({ on: 'AddOrder', kind: 'error', status: 503, message: 'later' })
  const path = link(orderId)
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const first = await ask(path)
  t.match(first, { status: 200, body: { status: 'Activating' } })
  await look.once(t, orderId)
  await look.settled(1)
  const changed = await ask(path, { 'if-none-match': first.headers.get('etag') ?? '' })
  t.match(changed, { status: 200, body: { status: 'Provisioned' } })
  const etag = changed.headers.get('etag') ?? ''
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const again = await ask(path, { 'if-none-match': known })
    t.match({ ...again, etag: again.headers.get('etag') }, { status: 304, body: undefined, etag })
    t.equal(again.headers.get('cache-control'), 'private, no-cache')
  }
  t.equal((await ask(path, { 'if-none-match': '"other"' })).status, 200)
})

t.test('nobody sees an order without a right to it', async (t) => {
  const { ask, salesforce, endpoint, log, look } = await build(t)
  const [orderId, other] = [salesforce.addOrder(), salesforce.addOrder()]
  await salesforce.send({ endpoint, orderIds: [orderId, other] })
  await look.settled(2)
  const right = link(orderId)
  const wrong: [string, string, Record<string, string>?][] = [
    ['nothing', `/orders/${orderId}`],
    ['an expired link', link(orderId, { expires: Math.floor(Date.now() / 1_000) - 1 })],
    ['a prolonged one', right.replace(/expires=\d+/, `expires=${inAnHour() + 9_999}`)],
    ['one of another secret', link(orderId, { secret: 'guessed' })],
    ['one to another order', link(other, { signed: orderId })],
    ['half a signature', right.slice(0, -32)],
    ['no time', right.replace(/expires=\d+&/, '')],
    ['two signatures', `${right}&signature=${'0'.repeat(64)}`],
    ['a token of nobody', `/orders/${orderId}`, { authorization: 'Bearer sst_1_2' }],
    ['no id', '/orders/everything'],
    ['events without a link', `/orders/${orderId}/events`],
  ]
  for (const [name, path, headers] of wrong) {
    const { status, body, headers: answered } = await ask(path, headers)
    t.match(
      { status, body },
      {
        status: 401,
        body: { type: 'about:blank', title: 'Unauthorized', status: 401, detail: /./, code: 'NOT_AUTHORIZED' },
      },
      name,
    )
    t.equal(answered.get('www-authenticate'), 'Bearer')
  }
  const reported = log.filter((line) => line.includes('security.order_access'))
  t.equal(reported.length, wrong.length - 1, 'all but the expired link')
  const unknown = '801000000000009AAA'
  t.match(await ask(link(unknown)), {
    status: 404,
    body: { status: 404, code: 'ORDER_UNKNOWN', title: 'Not Found', type: 'about:blank', detail: /./ },
  })
})

t.test('a token with the scope status opens every order, another one none', async (t) => {
  const { ask, salesforce, endpoint, settings, look } = await build(t, { ORDERS_RATE_LIMIT: '3' })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.settled(1)
  const make = async (scope: string) => {
    const { out } = await soapstone(['token', 'create', '--name', scope, '--scope', scope, '--json'], settings)
    return JSON.parse(out)
  }
  const portal = await make('status')
  const authorization = `Bearer ${portal.token}`
  for (let i = 0; i < 6; i++)
    t.match(await ask(`/orders/${orderId}`, { authorization }), { status: 200, body: { orderId } })
  t.match(await ask('/orders/801000000000009AAA', { authorization }), { status: 404, body: { code: 'ORDER_UNKNOWN' } })
  t.match(await ask('/orders/everything', { authorization }), { status: 404, body: { code: 'ORDER_UNKNOWN' } })
  const admin = await make('admin')
  t.match(await ask(`/orders/${orderId}`, { authorization: `Bearer ${admin.token}` }), { status: 401 })
  await soapstone(['token', 'revoke', portal.id], settings)
  await until(async () => (await ask(`/orders/${orderId}`, { authorization })).status !== 200, 'the revocation')
})

t.test('pages of the portal may ask from a browser, and read errors too; others may not', async (t) => {
  const { service, ask } = await build(t, { PORTAL_ORIGINS: 'https://portal.example.com, http://127.0.0.1:3000' })
  const path = link('801000000000009AAA')
  const origin = 'https://portal.example.com'
  const known = await ask(path, { origin })
  t.match(known, { status: 404 })
  t.equal(known.headers.get('access-control-allow-origin'), origin)
  t.match(known.headers.get('vary'), /Origin/)
  const other = await ask(path, { origin: 'https://evil.example.com' })
  t.equal(other.headers.get('access-control-allow-origin'), null)
  t.match(other.headers.get('vary'), /Origin/)
  for (const [page, allowed] of [
    [origin, origin],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['null', null],
  ] as const) {
    const asked = await fetch(`${service.url}/orders/801000000000009AAA/events`, {
      method: 'OPTIONS',
      headers: {
        origin: page,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    })
    t.equal(asked.status, 204)
    t.equal(asked.headers.get('access-control-allow-origin'), allowed)
    if (allowed !== null) t.match(asked.headers.get('access-control-allow-headers'), /authorization.*if-none-match/)
  }
})

t.test('texts are those of the installation, in the language that is wanted', async (t) => {
  const file = fileURLToPath(new URL('../../fixtures/portal/texts.json', import.meta.url))
  const { ask, salesforce, endpoint, look } = await build(t, { PORTAL_TEXTS_FILE: file })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.settled(1)
  const german = await ask(link(orderId), { 'accept-language': 'fr, de-AT;q=0.8' })
  t.match(german.body, { status: 'Provisioned', message: 'Ihre Dienste stehen bereit.' })
  t.equal(german.headers.get('content-language'), 'de')
  t.match(german.headers.get('vary'), /Accept-Language/)
  const etag = german.headers.get('etag') ?? ''
  t.equal((await ask(link(orderId), { 'if-none-match': etag, 'accept-language': 'en' })).status, 200, 'another text')
})

t.test('who asks too often is told to wait; outbound messages are never told so', async (t) => {
  const { ask, salesforce, endpoint } = await build(t, { ORDERS_RATE_LIMIT: '5', PORTAL_ORIGINS: 'https://a.example' })
  const orderId = salesforce.addOrder()
  for (let i = 0; i < 5; i++) t.match(await ask(`/orders/${orderId}`), { status: 401 })
  const { status, body, headers } = await ask(`/orders/${orderId}`, { origin: 'https://a.example' })
  t.match(
    { status, body },
    {
      status: 429,
      body: { type: 'about:blank', title: 'Too Many Requests', status: 429, code: 'TOO_MANY_REQUESTS', detail: /./ },
    },
  )
  t.ok(Number(headers.get('retry-after')) > 0)
  t.equal(headers.get('access-control-allow-origin'), 'https://a.example')
  for (let i = 0; i < 10; i++)
    t.match(await salesforce.send({ endpoint, orderIds: [orderId] }), { acked: true, attempts: 1 })
  t.equal(
    (await ask(link(orderId), { 'if-none-match': '"x"' })).status,
    200,
    'who has a link may ask whether anything is new',
  )
})

t.test('all that is wrong under /orders is told as a problem', async (t) => {
  const { ask, service } = await build(t)
  for (const path of ['/orders', '/orders/801000000000009AAA/other', '/orders/%ff']) {
    const { body, headers } = await ask(path)
    t.match(headers.get('content-type'), /^application\/problem\+json/, path)
    t.same(Object.keys(body).sort(), ['code', 'detail', 'status', 'title', 'type'], path)
  }
  const put = await fetch(`${service.url}/orders/801000000000009AAA`, { method: 'PUT', body: 'x' })
  t.match(await put.json(), { status: 404, code: 'NOT_FOUND' })
})
