import { once } from 'node:events'
import { createServer } from 'node:net'
import t, { type Test } from 'tap'
import { createHttpClient } from '../../src/runtime/http-client.ts'
import { createWhmcsClient } from '../../src/whmcs/client.ts'
import { startConnectProxy } from '../helpers/connect-proxy.ts'
import { closedUrl, startHttpServer } from '../helpers/http-server.ts'
import { createAdapter } from '../helpers/whmcs.ts'

const CREDENTIALS = { identifier: 'id', secret: 'not&so=simple+%20é' }
const WAITS = { timeoutMs: 10_000, signal: new AbortController().signal }

/** What a client at this address makes of a call. */
const callAt = (url: string) => createWhmcsClient({ ...CREDENTIALS, url }).call('GetOrders', {}, WAITS)

t.test('call sends one form with credentials, JSON wanted, and lists with explicit indexes', async (t) => {
  const bodies: URLSearchParams[] = []
  const server = await startHttpServer(t, async (request, response) => {
    bodies.push(new URLSearchParams(String(Buffer.concat(await request.toArray()))))
    response.end('{"result":"success"}')
  })
  const client = createWhmcsClient({ ...CREDENTIALS, url: `${server.url}/whmcs//`, accessKey: 'key' })
  await client.call('AddOrder', { clientid: '7', noinvoice: 1, pid: ['185', '242'], notes: 'a b&c=d+é' }, WAITS)
  t.same(server.requests, ['POST /whmcs/includes/api.php'])
  t.same(Object.fromEntries(bodies[0] ?? []), {
    action: 'AddOrder',
    ...CREDENTIALS,
    accesskey: 'key',
    responsetype: 'json',
    clientid: '7',
    noinvoice: '1',
    'pid[0]': '185',
    'pid[1]': '242',
    notes: 'a b&c=d+é',
  })
  await createWhmcsClient({ ...CREDENTIALS, url: server.url }).call('GetOrders', {}, WAITS)
  t.notOk(bodies[1]?.has('accesskey'))
})

t.test('call takes for success only what says so, with status 200', async (t) => {
  const { whmcs, client, waits } = await createAdapter(t)
  t.match(await client.call('GetOrders', {}, waits), { kind: 'success', body: { totalresults: 0 } })
  const answers: [number, string, string, string][] = [
    [201, '{"result":"success"}', 'unclear', 'HTTP 201'],
    [500, '{"result":"success"}', 'unclear', 'HTTP 500'],
    [200, '{"result":"Success"}', 'unclear', 'HTTP 200'],
    [200, '{}', 'unclear', 'HTTP 200'],
    [200, '[]', 'unclear', 'HTTP 200 with JSON that is no object'],
    [200, 'null', 'unclear', 'HTTP 200 with JSON that is no object'],
    [200, '', 'unclear', 'HTTP 200 without JSON'],
    [200, '<br />Warning: x{"result":"success"}', 'unclear', 'HTTP 200 without JSON'],
    [502, '<html>Bad Gateway</html>', 'unclear', 'HTTP 502 without JSON'],
    [500, '{"result":"error","message":"x"}', 'unclear', 'HTTP 500: x'],
    [200, '{"result":"error"}', 'unclear', 'HTTP 200'],
    [200, '{"result":"error","message":{}}', 'unclear', 'HTTP 200'],
  ]
  for (const [status, body, kind, detail] of answers) {
    whmcs.faults.push({ on: 'GetOrders', kind: 'status', status, body })
    t.same(await client.call('GetOrders', {}, waits), { kind, detail }, `${status} ${body}`)
  }
})

t.test("call passes WHMCS's own refusal on, cut to what a person reads", async (t) => {
  const { whmcs, client, waits } = await createAdapter(t)
  whmcs.faults.push({ on: 'any', kind: 'error', message: 'Client ID Not Found' })
  const refused = { kind: 'error', message: 'Client ID Not Found', status: 200 }
  t.same(await client.call('AddOrder', {}, waits), refused)
  whmcs.faults.push({ on: 'any', kind: 'error', message: 'x'.repeat(9_000), status: 403 })
  const long = await client.call('AddOrder', {}, waits)
  t.match(long, { kind: 'error', message: /^x{500}$/, status: 403 })
})

t.test('call takes a warning without a result for no answer', async (t) => {
  const { whmcs, client, waits } = await createAdapter(t)
  whmcs.faults.push({ on: 'any', kind: 'warning' })
  t.match(await client.call('AddOrder', {}, waits), {
    kind: 'unclear',
    detail: /^HTTP 200: Invalid or Missing Payment/,
  })
})

t.test('call knows nothing when the connection is lost after the request went out', async (t) => {
  const { whmcs, client, waits } = await createAdapter(t)
  for (const kind of ['reset', 'lost-reply', 'cut-json', 'html-500'] as const) {
    whmcs.faults.push({ on: 'any', kind })
    t.match(await client.call('GetOrders', {}, waits), { kind: 'unclear' }, kind)
  }
})

t.test('call knows nothing when the answer does not come in time, or is not waited for', async (t) => {
  const { whmcs, client, signal } = await createAdapter(t)
  whmcs.faults.push({ on: 'any', kind: 'hang', times: 2 })
  const stop = new AbortController()
  whmcs.on('call', () => stop.abort(new Error('the lease was lost')))
  const given = await client.call('GetOrders', {}, { timeoutMs: 10_000, signal: stop.signal })
  t.match(given, { kind: 'unclear', detail: 'the lease was lost' })
  t.match(await client.call('GetOrders', {}, { timeoutMs: 100, signal }), {
    kind: 'unclear',
    detail: 'no answer in 100 ms',
  })
})

t.test('call waits for the whole answer no longer than it may', async (t) => {
  const half = await startHttpServer(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 1_000 }).write('{"result":')
  })
  const client = createWhmcsClient({ ...CREDENTIALS, url: half.url })
  t.match(await client.call('AddOrder', {}, { ...WAITS, timeoutMs: 100 }), { kind: 'unclear' })
})

t.test('call sends nothing once it is told to stop', async (t) => {
  const { whmcs, client } = await createAdapter(t)
  const signal = AbortSignal.abort(new Error('the lease was lost'))
  const reply = await client.call('AddOrder', {}, { timeoutMs: 10_000, signal })
  t.match(reply, { kind: 'not-sent', detail: /the lease was lost/ })
  t.equal(whmcs.calls.total, 0)
})

t.test('call says that nothing was sent when there is nobody to send it to', async (t) => {
  t.match(await callAt(await closedUrl()), { kind: 'not-sent', detail: /ECONNREFUSED/ })
  t.match(await callAt('http://no-such-host.invalid'), { kind: 'not-sent', detail: /ENOTFOUND|EAI_AGAIN/ })
})

t.test('call says that nothing was sent when the other side does not speak TLS', async (t) => {
  const { url, received } = await startTcpServer(t)
  t.match(await callAt(url.replace('http:', 'https:')), { kind: 'not-sent', detail: /^ERR_SSL_/ })
  t.notMatch(received(), 'secret')
})

t.test(
  'call reaches WHMCS through a forward proxy, and knows that nothing was sent when that lets nobody through',
  async (t) => {
    const { whmcs } = await createAdapter(t)
    const { identifier, secret } = whmcs
    const url = whmcs.url.replace('127.0.0.1', 'localhost')
    const callBy = (http: string) =>
      createWhmcsClient({ url, identifier, secret, http: createHttpClient({ http }) }).call('GetOrders', {}, WAITS)
    const open = await startConnectProxy(t)
    t.match(await callBy(open.url), { kind: 'success' })
    t.match(open.asked, [{ target: new URL(url).host }])
    const closed = await startConnectProxy(t, { refuse: 407 })
    t.match(await callBy(closed.url), { kind: 'not-sent', detail: /407/ })
    t.match(await callBy(await closedUrl()), { kind: 'not-sent', detail: /ECONNREFUSED/ })
    t.equal(whmcs.calls.total, 1)
  },
)

t.test('call follows no redirect: the secret would go along', async (t) => {
  const elsewhere = await startHttpServer(t, (_request, response) => response.end('{"result":"success"}'))
  for (const status of [301, 302, 307, 308]) {
    const front = await startHttpServer(t, (_request, response) => {
      response.writeHead(status, { location: `${elsewhere.url}/includes/api.php` }).end()
    })
    t.same(await callAt(front.url), { kind: 'unclear', detail: `HTTP ${status} without JSON` })
  }
  t.same(elsewhere.requests, [])
})

t.test('call keeps the secret out of what it answers', async (t) => {
  for (const url of [await closedUrl(), 'http://no-such-host.invalid']) {
    t.notMatch(JSON.stringify(await callAt(url)), 'not&so', url)
  }
})

/** Answers in the clear, as an HTTP server does to whoever comes with TLS. */
async function startTcpServer(t: Test) {
  let received = ''
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, received: () => received }
}
