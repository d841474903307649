import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { certificates } from '../helpers/certificates.ts'
import { createLook } from '../helpers/look.ts'
import { type Receiver, startReceiver } from '../helpers/receiver.ts'
import { createService, createWorld, startService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

const SECRET = `whsec_${randomBytes(24).toString('base64')}`
const told = ({ received }: Receiver, kind: string) =>
  received.filter(({ data }) => data.kind === kind).map(({ type }) => type)
const sample = (type: string) =>
  Object.keys(
    JSON.parse(readFileSync(new URL(`../../fixtures/events/${type}.json`, import.meta.url), 'utf8')).data,
  ).sort()

t.jobs = 3

/** Until it is taken or refused: a busy machine says that it has no time. */
function post(url: string, body: string) {
  const headers = { 'content-type': 'text/xml' }
  return until(async () => (await fetch(url, { method: 'POST', body, headers })).status !== 503, 'an answer')
}

function alerting(receiver: Receiver, more: Record<string, string> = {}) {
  receiver.trust(SECRET)
  return { WEBHOOK_ALLOW_PRIVATE: 'true', ALERT_WEBHOOK: receiver.url, ALERT_WEBHOOK_SECRET: SECRET, ...more }
}

t.test('an alert is raised once and resolved once, with a restart between', async (t) => {
  const receiver = await startReceiver(t)
  const world = await createWorld(t, alerting(receiver))
  const { salesforce, whmcs } = world
  const look = createLook(t, world)
  const first = await startService(t, world)
  whmcs.faults.push({ on: 'any', times: Infinity, kind: 'error', status: 403, message: 'Invalid IP 127.0.0.1' })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint: `${first.url}/outbound-messages/order`, orderIds: [orderId] })
  await until(() => told(receiver, 'stage_paused').length === 1, 'the alert')
  await first.close()
  // In force also while the next process starts.
  await look.pool.query(`update ledger.pause set until = now() + interval '1 hour'`)
  const second = await startService(t, world)
  const seen = async () => (await look.pool.query('select max(seen_at) as at from ledger.alert')).rows[0]?.at.getTime()
  const before = await seen()
  await until(async () => (await seen()) > before, 'an evaluation by the next process')
  whmcs.faults.clear()
  await look.pool.query('update ledger.pause set until = now()')
  await look.once(t, orderId)
  await until(() => told(receiver, 'stage_paused').length === 2, 'the end of the alert')
  await second.close()
  t.same(told(receiver, 'stage_paused'), ['alert.raised', 'alert.resolved'])
  const [raised, resolved] = receiver.received.filter(({ data }) => data.kind === 'stage_paused')
  t.equal(raised?.data.alertId, resolved?.data.alertId)
  t.match(raised?.data, { subject: 'provision', message: /Invalid IP/ })
  t.same(Object.keys(raised?.data ?? {}).sort(), sample('alert.raised'))
  t.same(Object.keys(resolved?.data ?? {}).sort(), sample('alert.resolved'))
  t.same(receiver.forged, [])
})

t.test('refused requests are told to whom they concern, and a burst of them is an alert', async (t) => {
  const [receiver, everybody] = [await startReceiver(t), await startReceiver(t)]
  everybody.trust(SECRET)
  const settings = { SECURITY_ALERT_WEBHOOK: receiver.url, OUTBOUND_MESSAGE_KEY: 'a-key-of-sixteen-chars' }
  const { endpoint } = await createService(t, { ...alerting(receiver, settings), ALERT_WEBHOOK: everybody.url })
  for (let i = 0; i < 12; i++) await post(`${endpoint}?key=wrong`, '<x/>')
  await until(() => told(receiver, 'security_burst').length === 1, 'the alert')
  t.match(receiver.received.find(({ type }) => type === 'security.refused')?.data, { kind: 'wrong_key', count: Number })
  t.same(Object.keys(receiver.received[0]?.data ?? {}).sort(), sample('security.refused'))
  await until(() => told(everybody, 'security_burst').length === 1, 'the alert for everybody')
  t.notOk(everybody.received.some(({ type }) => type === 'security.refused'))
})

t.test('messages that are refused are an alert, as a message of Slack', async (t) => {
  const receiver = await startReceiver(t)
  const settings = { WEBHOOK_ALLOW_PRIVATE: 'true', ALERT_WEBHOOK: receiver.url, ALERT_FORMAT: 'slack' }
  const { endpoint } = await createService(t, { ...settings, ALERT_MESSAGES_REFUSED: '2' })
  for (let i = 0; i < 3; i++) await post(endpoint, 'no XML')
  await until(() => receiver.bodies.length === 1, 'the alert')
  t.match(receiver.bodies, [{ text: /^Soapstone: 3 outbound messages were refused in the last 15m \(/ }])
})

t.test('when no process works the listening one says so, and when one works again', async (t) => {
  const receiver = await startReceiver(t)
  const world = await createWorld(t, alerting(receiver))
  const look = createLook(t, world)
  const working = await startService(t, world, [], 'work')
  await startService(t, world, [], 'listen')
  const alive = "select from ledger.reading where kind = 'no_worker'"
  await until(async () => (await look.pool.query(alive)).rowCount === 1, 'a sign of life')
  await working.close()
  // Instead of waiting for a minute.
  await look.pool.query("update ledger.reading set read_at = now() - interval '61 seconds' where kind = 'no_worker'")
  await until(() => told(receiver, 'no_worker').length === 1, 'the alert')
  await startService(t, world, [], 'work')
  await until(() => told(receiver, 'no_worker').length === 2, 'the end of the alert')
  t.same(told(receiver, 'no_worker'), ['alert.raised', 'alert.resolved'])
})

t.test('a certificate that expires soon is an alert', async (t) => {
  const receiver = await startReceiver(t)
  const { identity } = certificates(t)
  const { certFile, keyFile } = identity({ subject: 'CN=localhost', days: 2 })
  await createService(t, alerting(receiver, { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile }))
  await until(() => told(receiver, 'certificate_expiry').length === 1, 'the alert')
  t.match(receiver.received[0]?.data, {
    category: 'installation',
    subject: 'the certificate in TLS_CERT_FILE',
    message: /^the certificate in TLS_CERT_FILE expires in (?:2d|1d 23h)$/,
  })
})
