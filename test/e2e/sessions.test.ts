import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createLook } from '../helpers/look.ts'
import { createService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'
import { startSalesforce } from '../simulators/salesforce.ts'

t.jobs = 4

const NO_OAUTH = { SALESFORCE_CLIENT_ID: '', SALESFORCE_CLIENT_SECRET: '' }

t.test('an expired session of a message falls back to OAuth, and is not tried again', async (t) => {
  const { salesforce, endpoint, look } = await build(t)
  const sessionId = salesforce.issueSession()
  salesforce.expireSessions()
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId], sessionId })
  await look.once(t, orderId)
  t.match(salesforce.calls, { oauth: 1, query: 2, collections: 2 })
  await look.settled(1)
  t.equal(await sealedSessions(look), 0)
})

t.test('a token that expires is asked for anew, once for all who use it', async (t) => {
  const { salesforce, endpoint, look } = await build(t)
  const warm = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [warm] })
  await look.once(t, warm)
  t.equal(salesforce.calls.oauth, 1)
  salesforce.expireSessions()
  const orderIds = Array.from({ length: 12 }, () => salesforce.addOrder())
  await Promise.all(orderIds.map((orderId) => salesforce.send({ endpoint, orderIds: [orderId] })))
  for (const orderId of orderIds) await look.once(t, orderId)
  t.equal(salesforce.calls.oauth, 2)
  const attempts = await look.attempts()
  t.notOk(attempts.some(({ outcome }) => outcome === 'paused' || outcome === 'retry'))
})

t.test('without OAuth a refused session pauses the stage, burns no attempts, and shows in /health/ready', async (t) => {
  const { salesforce, whmcs, service, endpoint, look } = await build(t, NO_OAUTH)
  const sessionId = salesforce.issueSession()
  salesforce.expireSessions()
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId], sessionId })
  const health = await until(async () => {
    const reply = await fetch(`${service.adminUrl}/health/ready`)
    const body: unknown = await reply.json()
    return JSON.stringify(body).includes('SALESFORCE_SESSION_REFUSED') ? { status: reply.status, body } : undefined
  }, 'the pause in /health/ready')
  t.match(health, {
    status: 200,
    body: { ready: true, ledger: 'up', paused: [{ step: 'callback', code: 'SALESFORCE_SESSION_REFUSED' }] },
  })
  t.match(await look.rows(), [{ state: 'pending', step: 'callback', error_code: 'SALESFORCE_SESSION_REFUSED' }])
  // A newer message brings a session that is good for both.
  const other = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [other, orderId], sessionId: salesforce.issueSession() })
  await look.once(t, other)
  await look.once(t, orderId)
  const rows = await look.settled(3)
  t.ok(rows.every(({ attempts }) => attempts === 0))
  t.equal(whmcs.calls.AddOrder, 2)
  const ready = async () => (await fetch(`${service.adminUrl}/health/ready`)).text()
  await until(async () => (await ready()).includes('"paused":[]'), 'no pause in /health/ready')
})

t.test('a session is sealed while it is needed, and gone from the ledger when all is final', async (t) => {
  const { salesforce, endpoint, look } = await build(t, {
    ...NO_OAUTH,
    LEASE_SECONDS: '2',
    SALESFORCE_TIMEOUT: '500ms',
  })
  const sessionId = salesforce.issueSession()
  salesforce.faults.push({ on: 'query', kind: 'hang' })
  const arrived = new Promise<void>((resolve) => salesforce.on('call', () => resolve()))
  const orderIds = [salesforce.addOrder(), salesforce.addOrder(), salesforce.addOrder({ fields: { Status: 'Draft' } })]
  const [first = '', second = ''] = orderIds
  await salesforce.send({ endpoint, orderIds, sessionId })
  await arrived
  const { rows } = await look.pool.query('select session from ledger.message')
  t.ok(Buffer.isBuffer(rows[0]?.session))
  t.notOk(rows[0]?.session.includes(sessionId.slice(20)), 'not as it came')
  // Superseded ones don't need theirs either.
  await salesforce.send({ endpoint, orderIds: [first], sessionId: salesforce.issueSession() })
  await salesforce.send({ endpoint, orderIds: [first, second], sessionId: salesforce.issueSession() })
  for (const orderId of [first, second]) await look.once(t, orderId)
  await look.settled(6)
  await until(async () => (await sealedSessions(look)) === 0, 'no session in the ledger')
})

t.test('without SESSION_KEY no session reaches the ledger', async (t) => {
  const { salesforce, endpoint, look } = await build(t, { SESSION_KEY: '' })
  const orderId = salesforce.addOrder()
  salesforce.faults.push({ on: 'query', kind: 'status', status: 503 })
  await salesforce.send({ endpoint, orderIds: [orderId], sessionId: salesforce.issueSession() })
  t.equal(await sealedSessions(look), 0)
  await look.once(t, orderId)
  t.equal(salesforce.calls.oauth, 1)
})

t.test('JWT bearer works instead of a client secret', async (t) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwtUsername = 'integration@example.com'
  const jwtPublicKey = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const salesforce = await startSalesforce({ jwtUsername, jwtPublicKey })
  t.teardown(() => salesforce.close())
  const keyFile = join(t.testdir(), 'key.pem')
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const world = await createService(t, {
    SALESFORCE_ORG_ID: salesforce.organizationId,
    SALESFORCE_INSTANCE_URL: salesforce.url,
    SALESFORCE_CLIENT_SECRET: '',
    SALESFORCE_JWT_USERNAME: jwtUsername,
    SALESFORCE_JWT_KEY_FILE: keyFile,
  })
  const look = createLook(t, { ...world, salesforce })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint: world.endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  t.equal(salesforce.calls.oauth, 1)
})

t.test('a refused login pauses the stage until it is let in', async (t) => {
  const { salesforce, endpoint, log, look } = await build(t)
  salesforce.faults.push({ on: 'oauth', kind: 'status', status: 400, body: { error: 'invalid_client' } })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  t.match(await look.settled(1), [{ state: 'completed', attempts: 0 }])
  const [first] = await look.attempts()
  t.match(first, { outcome: 'paused', code: 'SALESFORCE_LOGIN_REFUSED' })
  t.ok(log.some((line) => line.includes('stage.paused')))
  t.notOk(log.join('').includes(salesforce.clientSecret))
})

t.test('credentials of another organisation pause the stage before anything is read', async (t) => {
  const { salesforce, whmcs, service, endpoint, look } = await build(t)
  salesforce.loginOrganizationId = '00D000000000002EAA'
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await until(async () => {
    const text = await (await fetch(`${service.adminUrl}/health/ready`)).text()
    return text.includes('SALESFORCE_WRONG_ORGANIZATION') && text.includes('00D000000000002EAA')
  }, 'the organisation in /health/ready')
  t.match(await look.rows(), [{ state: 'pending', attempts: 0, error_code: 'SALESFORCE_WRONG_ORGANIZATION' }])
  t.equal(salesforce.calls.total, 0)
  t.equal(whmcs.calls.total, 0)
  salesforce.loginOrganizationId = undefined
  await look.once(t, orderId)
})

t.test('the words of Salesforce reach /health/ready, on one line and without secrets', async (t) => {
  const { salesforce, service, endpoint, look } = await build(t)
  const page = '<html><body><h1>API off</h1>\n<p>ask\u001b[2J your admin, client_secret=a_secret</p></body></html>'
  salesforce.faults.push({ on: 'query', kind: 'status', status: 403, body: page })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const text = await until(async () => {
    const reply = await (await fetch(`${service.adminUrl}/health/ready`)).text()
    return reply.includes('SALESFORCE_FORBIDDEN') && reply
  }, 'the pause in /health/ready')
  t.match(text, '"message":"HTTP 403: API off ask [2J your admin, client_secret=(hidden)"')
  await look.once(t, orderId)
})

async function build(t: Test, more: Record<string, string> = {}) {
  const world = await createService(t, more)
  return { ...world, look: createLook(t, world) }
}

async function sealedSessions({ pool }: ReturnType<typeof createLook>): Promise<number> {
  return (await pool.query('select from ledger.message where session is not null')).rowCount ?? 0
}
