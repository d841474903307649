import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { closedUrl, startHttpServer } from '../helpers/http-server.ts'
import { createAdapter } from '../helpers/salesforce.ts'

t.test('use takes the session of the message', async (t) => {
  const { salesforce, query } = await createAdapter(t)
  t.equal((await query([salesforce.issueSession()])).length, 1)
  t.match(salesforce.calls, { oauth: 0, query: 1 })
})

t.test('use logs in when the session of the message is refused, and does not try it again', async (t) => {
  const { salesforce, query } = await createAdapter(t)
  const session = salesforce.issueSession()
  salesforce.expireSessions()
  t.equal((await query([session])).length, 1)
  t.match(salesforce.calls, { oauth: 1, query: 2 })
  await query([session])
  t.match(salesforce.calls, { oauth: 1, query: 3 })
})

t.test('use tries the sessions of a batch in their order, three at most', async (t) => {
  const { salesforce, query } = await createAdapter(t)
  const live = salesforce.issueSession()
  await query(['dead1', 'dead2', live])
  t.match(salesforce.calls, { oauth: 0, query: 3 })
  await query(['dead3', 'dead4', 'dead5', live])
  t.match(salesforce.calls, { oauth: 1, query: 7 })
})

t.test('use says that every session was refused where it has no credentials', async (t) => {
  const { salesforce, query } = await createAdapter(t, { oauth: 'none' })
  await t.rejects(query(['dead']), { code: 'SALESFORCE_SESSION_REFUSED' })
  await t.rejects(query([]), { code: 'SALESFORCE_SESSION_REFUSED' })
  t.equal((await query([salesforce.issueSession()])).length, 1)
})

t.test('use does not take a failure of the work for a refused session', async (t) => {
  const { salesforce, query } = await createAdapter(t)
  const session = salesforce.issueSession()
  await t.rejects(query([session], 'SELECT Nope__c FROM Order'), { code: 'SALESFORCE_FORBIDDEN' })
  t.equal(salesforce.calls.oauth, 0)
})

t.test('use logs in once for all who come at the same time', async (t) => {
  const { salesforce, query } = await createAdapter(t)
  await Promise.all(Array.from({ length: 50 }, () => query()))
  t.match(salesforce.calls, { oauth: 1, query: 50 })
  await query()
  t.equal(salesforce.calls.oauth, 1)
})

t.test('use renews an expired login once for all who use it', async (t) => {
  const { salesforce, query } = await createAdapter(t)
  await query()
  salesforce.expireSessions()
  await Promise.all(Array.from({ length: 50 }, () => query()))
  t.match(salesforce.calls, { oauth: 2 })
})

t.test('use gives up when a fresh login is refused too, and begins anew the next time', async (t) => {
  const { salesforce, query } = await createAdapter(t)
  salesforce.faults.push({ on: 'query', kind: 'status', status: 401, times: 2 })
  await t.rejects(query(), { code: 'SALESFORCE_SESSION_REFUSED' })
  t.match(salesforce.calls, { oauth: 2, query: 2 })
  t.equal((await query()).length, 1)
  t.equal(salesforce.calls.oauth, 3)
})

t.test('use logs in with a signed JWT', async (t) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const simulator = {
    jwtPublicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    jwtUsername: 'integration@example.com',
    clientId: 'app',
  }
  const jwt = { flow: 'jwt-bearer', clientId: 'app', username: 'integration@example.com', key: privateKey } as const
  const { salesforce, query } = await createAdapter(t, { simulator, session: { oauth: jwt } })
  t.equal((await query()).length, 1)
  t.equal(salesforce.calls.oauth, 1)
  const stranger = { ...jwt, username: 'stranger@example.com' }
  const other = await createAdapter(t, { simulator, session: { oauth: stranger } })
  await t.rejects(other.query(), { code: 'SALESFORCE_LOGIN_REFUSED', message: /^invalid_grant: / })
  const late = await createAdapter(t, { simulator, session: { oauth: jwt, now: () => new Date('2020-01-01') } })
  await t.rejects(late.query(), { code: 'SALESFORCE_LOGIN_REFUSED', message: /^invalid_grant: / })
})

t.test('use says that the login was refused, without the secret, and tries again the next time', async (t) => {
  const oauth = { flow: 'client-credentials', clientId: 'soapstone-client', clientSecret: 'not-the-secret' } as const
  const { salesforce, query } = await createAdapter(t, { session: { oauth } })
  const error = await query().catch((reason: unknown) => reason)
  t.match(error, { code: 'SALESFORCE_LOGIN_REFUSED', message: 'invalid_client: invalid client credentials' })
  t.notMatch(String(error), 'not-the-secret')
  await t.rejects(query(), { code: 'SALESFORCE_LOGIN_REFUSED' })
  t.equal(salesforce.calls.oauth, 2)
})

t.test('use tells an outage of the login from a refusal', async (t) => {
  const { salesforce, query } = await createAdapter(t, { session: { timeoutMs: 100 } })
  salesforce.faults.push({ on: 'oauth', kind: 'status', status: 503 })
  await t.rejects(query(), { code: 'SALESFORCE_UNAVAILABLE' })
  salesforce.faults.push({ on: 'oauth', kind: 'status', status: 502, body: '<html>Bad Gateway</html>' })
  await t.rejects(query(), { code: 'SALESFORCE_UNAVAILABLE' })
  salesforce.faults.push({ on: 'oauth', kind: 'reset' })
  await t.rejects(query(), { code: 'SALESFORCE_UNREACHABLE' })
  salesforce.faults.push({ on: 'oauth', kind: 'hang' })
  await t.rejects(query(), { code: 'SALESFORCE_UNREACHABLE' })
  const nobody = await createAdapter(t, { session: { instanceUrl: await closedUrl() } })
  await t.rejects(nobody.query(), { code: 'SALESFORCE_UNREACHABLE' })
})

t.test('use sends its token to the configured host, whatever host a token reply names', async (t) => {
  const elsewhere = await startHttpServer(t, (_request, response) => response.end('{}'))
  const { salesforce, query } = await createAdapter(t)
  const body = {
    access_token: salesforce.issueSession(),
    instance_url: elsewhere.url,
    id: `${elsewhere.url}/id`,
    token_type: 'Bearer',
  }
  salesforce.faults.push({ on: 'oauth', kind: 'status', status: 200, body })
  t.equal((await query()).length, 1)
  t.equal(salesforce.calls.query, 1)
  t.same(elsewhere.requests, [])
})

t.test('use follows no redirect at login', async (t) => {
  const token = JSON.stringify({ access_token: 'theirs' })
  const elsewhere = await startHttpServer(t, (_request, response) => response.end(token))
  for (const status of [302, 307, 308]) {
    const front = await startHttpServer(t, (_request, response) => {
      response.writeHead(status, { location: `${elsewhere.url}/services/oauth2/token` }).end()
    })
    const { query } = await createAdapter(t, { session: { instanceUrl: front.url } })
    await t.rejects(query(), { code: 'SALESFORCE_LOGIN_REFUSED' })
    t.same(front.requests, ['POST /services/oauth2/token'])
  }
  t.same(elsewhere.requests, [])
})
