/** Whoever means no good: what each is told, that it is reported, and that nothing of it is stored. */
import { request } from 'node:http'
import t, { type Test } from 'tap'
import { createLook } from '../../helpers/look.ts'
import { type Click, click, clickOf, SECRET, send, signed } from '../../helpers/quick-action.ts'
import { createService } from '../../helpers/service.ts'

const ORDER = '801000000000001AAA'
const ago = (ms: number) => new Date(Date.now() - ms).toISOString()

const body = (more: object = {}) => {
  const content = { orderId: ORDER, timestamp: ago(0), nonce: 'n-1', ...more }
  return { body: JSON.stringify(content), timestamp: content.timestamp, nonce: 'n-1' }
}

interface Attack extends Partial<Click> {
  name: string
  refused: [status: number, code: string, kind: string]
}

const header = (name: string, value: string | undefined) => ({ headers: { [name]: value } })
const HEADERS: Attack['refused'] = [400, 'HEADER_INVALID', 'click_headers']
const SIGNATURE: Attack['refused'] = [401, 'SIGNATURE_WRONG', 'click_signature']
const TIME: Attack['refused'] = [401, 'TIMESTAMP_TOO_FAR', 'click_time']
const BODY: Attack['refused'] = [400, 'BODY_INVALID', 'click_body']

const ATTACKS: Attack[] = [
  { name: 'no signature', ...header('x-sf-signature', undefined), refused: HEADERS },
  { name: 'no time', ...header('x-sf-timestamp', undefined), refused: HEADERS },
  { name: 'no nonce', ...header('x-sf-nonce', undefined), refused: HEADERS },
  { name: 'no key', ...header('idempotency-key', undefined), refused: HEADERS },
  { name: 'a key of 256 characters', key: 'k'.repeat(256), refused: HEADERS },
  { name: 'a key with a blank', key: 'a key', refused: HEADERS },
  { name: 'a nonce with a blank', nonce: 'a nonce', refused: HEADERS },
  { name: 'a time of no zone', timestamp: ago(0).replace('Z', ''), refused: HEADERS },
  { name: 'a time of another zone', timestamp: ago(0).replace('Z', '+02:00'), refused: HEADERS },
  { name: 'a month 13', timestamp: '2026-13-01T00:00:00Z', refused: HEADERS },
  { name: 'another secret', secret: 'guessed', refused: SIGNATURE },
  { name: 'both secrets as one', secret: `${SECRET},second`, refused: SIGNATURE },
  { name: 'the signature of another body', ...header('x-sf-signature', signed('{}')), refused: SIGNATURE },
  { name: 'half a signature', ...header('x-sf-signature', signed('{}').slice(32)), refused: SIGNATURE },
  { name: 'a signature of no hex', ...header('x-sf-signature', 'z'.repeat(64)), refused: SIGNATURE },
  { name: 'an unevaluated formula', ...header('x-sf-signature', "{!HEX(HMAC('SHA-256'))}"), refused: SIGNATURE },
  { name: 'an old request', timestamp: ago(3_600_000), refused: TIME },
  { name: 'a request of the future', timestamp: ago(-3_600_000), refused: TIME },
  { name: 'no JSON', ...body(), body: 'orderId=1', refused: BODY },
  { name: 'no object', ...body(), body: '[]', refused: BODY },
  { name: 'an empty body', ...body(), body: '', refused: BODY },
  { name: 'broken UTF-8 would be another text', ...body(), body: '{"orderId":"\ud800"}', refused: BODY },
  { name: 'another order than the path', ...body({ orderId: '801000000000002AAA' }), refused: BODY },
  { name: 'the path of another order', path: '/orders/801000000000002AAA/provision', refused: BODY },
  {
    name: 'an id of an account',
    ...body({ orderId: '001000000000001AAA' }),
    path: '/orders/001000000000001AAA/provision',
    refused: BODY,
  },
  { name: 'no id', ...body({ orderId: '../admin' }), refused: BODY },
  { name: 'another time than the header', ...body(), timestamp: ago(1_000), refused: BODY },
  { name: 'another nonce than the header', ...body(), nonce: 'n-2', refused: BODY },
  { name: 'a large body', body: 'x'.repeat(16_385), refused: [413, 'BODY_TOO_LARGE', 'click_too_large'] },
]

async function build(t: Test) {
  const world = await createService(t, { SF_WEBHOOK_SECRET: `${SECRET}, second`, SWEEP_EVERY: 'off' })
  const { pool } = createLook(t, world)
  return {
    ...world,
    url: world.service.url,
    async stored() {
      const tables = ['message', 'notification', 'work', 'quick_action_nonce', 'quick_action_key']
      const counted = tables.map((table) => `(select count(*)::integer from ledger.${table}) as ${table}`)
      return (await pool.query(`select ${counted}`)).rows[0]
    },
    async events(kind: string) {
      const text = await (await fetch(`${world.service.adminUrl}/metrics`)).text()
      const line = text.split('\n').find((one) => one.includes(`security_events_total{kind="${kind}"}`))
      return Number(line?.split(' ').at(-1) ?? 0)
    },
  }
}

const NOTHING = { message: 0, notification: 0, work: 0, quick_action_nonce: 0, quick_action_key: 0 }

t.test('each attack is refused and reported, and nothing of it is stored', async (t) => {
  const { url, log, stored, events } = await build(t)
  const expected: Record<string, number> = {}
  for (const { name, refused, ...given } of ATTACKS) {
    const [status, code, kind] = refused
    const answered = await click(url, { orderId: ORDER, ...given })
    t.match(answered, { status, body: { type: 'about:blank', title: /\w/, status, detail: /\w/, code } }, name)
    t.match(answered.headers.get('content-type'), /^application\/problem\+json/, name)
    expected[kind] = (expected[kind] ?? 0) + 1
  }
  t.same(await stored(), NOTHING)
  for (const [kind, count] of Object.entries(expected)) {
    t.equal(await events(kind), count, kind)
    t.ok(
      log.some((line) => line.includes(`security.${kind}`)),
      `${kind} is in the log`,
    )
  }
  t.notOk(log.some((line) => line.includes(SECRET)))
})

t.test('the checks are in their order: who has more than one thing wrong is told the first', async (t) => {
  const { url, stored } = await build(t)
  const large = 'x'.repeat(20_000)
  const cases: [Partial<Click>, number, string][] = [
    [{ body: large, headers: { 'x-sf-signature': undefined } }, 413, 'BODY_TOO_LARGE'],
    [{ secret: 'guessed', key: 'two words' }, 400, 'HEADER_INVALID'],
    [{ secret: 'guessed', timestamp: ago(400_000), body: '{' }, 401, 'SIGNATURE_WRONG'],
    [{ timestamp: ago(400_000), body: '{' }, 401, 'TIMESTAMP_TOO_FAR'],
  ]
  for (const [given, status, code] of cases) {
    t.match(await click(url, { orderId: ORDER, ...given }), { status, body: { code } }, code)
  }
  t.same(await stored(), NOTHING)
})

t.test('a captured request is of no use: not again, not with another key, not for another order', async (t) => {
  const { url, salesforce, stored, events } = await build(t)
  const orderId = salesforce.addOrder()
  const captured = clickOf({ orderId })
  t.equal((await send(url, captured)).status, 202)
  const before = await stored()
  const other = { ...captured, headers: { ...captured.headers, 'idempotency-key': 'mine' } }
  const elsewhere = { ...captured, path: '/orders/801000000000002AAA/provision' }
  for (const request of [captured, other]) {
    t.match(await send(url, request), { status: 401, body: { code: 'NONCE_USED' } })
  }
  t.match(await send(url, elsewhere), { status: 400, body: { code: 'BODY_INVALID' } })
  t.match(await stored(), { ...before, work: Number }, 'as before')
  t.equal(await events('click_nonce'), 2)
  t.match(await click(url, { orderId: salesforce.addOrder(), key: String(captured.headers['idempotency-key']) }), {
    status: 409,
  })
  t.match(await stored(), { quick_action_nonce: 1, quick_action_key: 1, notification: 1 })
  t.equal(await events('click_key'), 1)
})

t.test('a body that is larger than it says, or does not say, is cut off', async (t) => {
  const { url, stored } = await build(t)
  const { path, headers } = clickOf({ orderId: ORDER })
  const status = await new Promise<number | undefined>((resolve) => {
    const given = Object.fromEntries(Object.entries(headers).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])))
    const sending = request(`${url}${path}`, { method: 'POST', headers: given }, (reply) => resolve(reply.statusCode))
    sending.on('error', () => resolve(413))
    sending.write('x'.repeat(10_000))
    sending.end('x'.repeat(10_000))
  })
  t.equal(status, 413)
  t.same(await stored(), NOTHING)
})

t.test('hex of either case, ids of either length, and a time without milliseconds are as good', async (t) => {
  const { url, salesforce } = await build(t)
  const orderId = salesforce.addOrder()
  const timestamp = `${ago(0).slice(0, 19)}Z`
  const nonce = 'n'
  const text = JSON.stringify({ orderId: orderId.slice(0, 15), timestamp, nonce })
  const headers = { 'x-sf-signature': signed(text, 'second').toUpperCase() }
  const answered = await click(url, { orderId, timestamp, nonce, body: text, headers })
  t.match(answered, { status: 202, body: { orderId } })
  t.match(await click(url, { orderId, path: `/orders/${orderId.slice(0, 15)}/provision` }), { status: /20[02]/ })
})

t.test('without a secret there is no such endpoint', async (t) => {
  const { service } = await createService(t, { SWEEP_EVERY: 'off' })
  t.match(await click(service.url, { orderId: ORDER }), { status: 404, body: { code: 'NOT_FOUND', detail: /./ } })
})
