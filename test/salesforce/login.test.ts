import { generateKeyPairSync } from 'node:crypto'
import t, { type Test } from 'tap'
import { audienceOf } from '../../src/salesforce/login.ts'
import { startHttpServer } from '../helpers/http-server.ts'
import { type AdapterOptions, createAdapter } from '../helpers/salesforce.ts'
import { startSalesforce } from '../simulators/salesforce.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const simulator = {
  jwtPublicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  jwtUsername: 'integration@example.com',
  clientId: 'app',
}
const oauth = { flow: 'jwt-bearer', clientId: 'app', username: 'integration@example.com', key: privateKey } as const
const OTHER = '00D000000000002EAA'

t.test('audienceOf knows a sandbox and a scratch organisation, old or new, however it is written', async (t) => {
  const test = [
    'https://acme--dev.sandbox.my.salesforce.com',
    'https://ACME--DEV.SANDBOX.MY.SALESFORCE.COM',
    'https://nosoftware-platform-3711-dev-ed.scratch.my.salesforce.com',
    'https://acme--dev.my.salesforce.com',
    'https://acme--dev.cs80.my.salesforce.com',
    'https://Acme--Dev.CS80.cloudforce.com',
    'https://enterprise-speed-9999-dev-ed.cs42.my.salesforce.com',
    'https://cs21.salesforce.com',
    'https://cs21-api.salesforce.com',
    'https://test.salesforce.com',
  ]
  for (const url of test) t.equal(audienceOf(url), 'https://test.salesforce.com', url)
  const login = [
    'https://acme.my.salesforce.com',
    'https://acme-cs1.my.salesforce.com',
    'https://contest.my.salesforce.com',
    'https://sandbox.my.salesforce.com',
    'https://acme-dev-ed.develop.my.salesforce.com',
    'https://na14.salesforce.com',
    'http://127.0.0.1:8080',
  ]
  for (const url of login) t.equal(audienceOf(url), 'https://login.salesforce.com', url)
})

t.test('a login of the JWT flow goes where SALESFORCE_LOGIN_URL says, and is meant for it', async (t) => {
  const door = await startSalesforce(simulator)
  t.teardown(() => door.close())
  const claims: unknown[] = []
  door.on('call', ({ body }) => claims.push(claimsOf(body)))
  const { salesforce, query } = await createAdapter(t, {
    simulator: { ...simulator, organizationId: door.organizationId },
    session: { oauth, loginUrl: door.url },
  })
  // Its tokens are not known over there.
  await t.rejects(query(), { code: 'SALESFORCE_SESSION_REFUSED' })
  t.equal(salesforce.calls.oauth, 0)
  t.match(claims, [{ aud: door.url, sub: 'integration@example.com' }, { aud: door.url }])
})

t.test('a login with a client secret goes to My Domain, or where SALESFORCE_LOGIN_URL says', async (t) => {
  const elsewhere = await startHttpServer(t, (_request, response) => response.writeHead(400).end('{}'))
  const { query } = await createAdapter(t)
  t.equal((await query()).length, 1)
  const other = await createAdapter(t, { session: { loginUrl: elsewhere.url } })
  await t.rejects(other.query(), {
    code: 'SALESFORCE_LOGIN_REFUSED',
    message: `client credentials at ${elsewhere.url}`,
  })
  t.same(elsewhere.requests, ['POST /services/oauth2/token'])
})

t.test('a refused login says how it was tried: audience, address and clock', async (t) => {
  const now = () => new Date('2020-01-01')
  const { salesforce, query } = await createAdapter(t, { simulator, session: { oauth, now } })
  const where = `JWT at ${salesforce.url}, audience https://login.salesforce.com, clock 2020-01-01T00:00:00.000Z`
  await t.rejects(query(), { code: 'SALESFORCE_LOGIN_REFUSED', message: where })
})

t.test('a login that leads to another organisation pauses, and nothing is read with it', async (t) => {
  const { salesforce, query } = await createAdapter(t)
  salesforce.loginOrganizationId = OTHER
  const message = `The OAuth login belongs to organisation ${OTHER}; SALESFORCE_ORG_ID is ${salesforce.organizationId}`
  await t.rejects(query(), { code: 'SALESFORCE_WRONG_ORGANIZATION', message })
  t.match(salesforce.calls, { oauth: 1, total: 0 })
  salesforce.loginOrganizationId = undefined
  t.equal((await query()).length, 1, 'mended, it goes on')
})

t.test('a login is told to be of another organisation by its token, where it has no id', async (t) => {
  const { salesforce, query } = await createAdapter(t)
  const answer = (body: unknown) => salesforce.faults.push({ on: 'oauth', kind: 'status', status: 200, body })
  answer({ access_token: `${OTHER.slice(0, 15)}!AQ.x` })
  await t.rejects(query(), { code: 'SALESFORCE_WRONG_ORGANIZATION' })
  answer({
    access_token: salesforce.issueSession(),
    id: `https://x/id/${salesforce.organizationId.slice(0, 15)}/005000000000001`,
  })
  t.equal((await query()).length, 1, '15 characters are the same organisation')
})

t.test('a session of another organisation is not used, and says why where there is no login', async (t) => {
  const session = `${OTHER.slice(0, 15)}!AQ.theirs`
  const { salesforce, query } = await createAdapter(t)
  t.equal((await query([session])).length, 1)
  t.match(salesforce.calls, { oauth: 1, query: 1 })
  const legacy = await createAdapter(t, { oauth: 'none' })
  for (const times of ['once', 'again']) {
    const failure = { code: 'SALESFORCE_WRONG_ORGANIZATION', message: `belongs to organisation ${OTHER.slice(0, 15)};` }
    await t.rejects(legacy.query([session]), failure, times)
  }
  t.equal(legacy.salesforce.calls.total, 0)
})

t.test('a login fails by the meaning of its answer, in the words of Salesforce', async (t) => {
  const refused = (body: object) => [400, body, 'SALESFORCE_LOGIN_REFUSED'] as const
  const answers = [
    [
      ...refused({ error: 'invalid_grant', error_description: 'audience is invalid' }),
      'invalid_grant: audience is invalid',
    ],
    [
      ...refused({ error: 'invalid_grant', error_description: 'no client credentials user enabled' }),
      'no client credentials user',
    ],
    [
      400,
      { error: 'invalid_grant', error_description: 'login rate exceeded' },
      'SALESFORCE_LIMIT',
      'login rate exceeded',
    ],
    [429, '<html><body>Slow down</body></html>', 'SALESFORCE_LIMIT', 'HTTP 429: Slow down'],
    [
      400,
      { error: 'unknown_error', error_description: 'retry your request' },
      'SALESFORCE_UNAVAILABLE',
      'retry your request',
    ],
    [503, '<html><title>Maintenance</title></html>', 'SALESFORCE_UNAVAILABLE', 'HTTP 503: Maintenance'],
    [200, '<html><body>Sign in to the proxy</body></html>', 'SALESFORCE_LOGIN_REFUSED', 'Sign in to the proxy'],
    [404, '<html>URL No Longer Exists</html>', 'SALESFORCE_LOGIN_REFUSED', 'HTTP 404: URL No Longer Exists'],
  ] as const
  const { salesforce, query } = await createAdapter(t)
  for (const [status, body, code, message] of answers) {
    salesforce.faults.push({ on: 'oauth', kind: 'status', status, body })
    await t.rejects(query(), { code, message }, `${status} ${JSON.stringify(body)}`)
  }
})

t.test('a redirect says where it leads, without its query', async (t) => {
  const at = async (t: Test, session: AdapterOptions['session'] = {}) => (await createAdapter(t, { session })).query
  const front = await startHttpServer(t, (_request, response) => {
    response.writeHead(302, { location: 'https://acme.lightning.force.com/home?sid=a_secret' }).end()
  })
  const message = /HTTP 302: a redirect to https:\/\/acme\.lightning\.force\.com\/home, which is not followed/
  const query = await at(t, { instanceUrl: front.url })
  await t.rejects(query(), { code: 'SALESFORCE_LOGIN_REFUSED', message })
  await t.rejects(query(['session']), { code: 'SALESFORCE_ANSWER_UNREADABLE', message })
})

function claimsOf(body: unknown): unknown {
  const form = typeof body === 'object' && body !== null && 'assertion' in body ? String(body.assertion) : ''
  return JSON.parse(Buffer.from(form.split('.')[1] ?? '', 'base64url').toString())
}
