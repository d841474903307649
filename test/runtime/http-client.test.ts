import { gzipSync } from 'node:zlib'
import t from 'tap'
import { createHttpClient, NoAnswer } from '../../src/runtime/http-client.ts'
import { startConnectProxy } from '../helpers/connect-proxy.ts'
import { closedUrl, startHttpServer } from '../helpers/http-server.ts'
import { numberSaidBy } from '../helpers/left-behind.ts'

const POST = { method: 'POST', body: 'x=1', timeoutMs: 10_000 }
const GET = { method: 'GET', timeoutMs: 10_000 }

t.test('a request goes out as it was given, and says who asks', async (t) => {
  const came: unknown[] = []
  const server = await startHttpServer(t, async (request, response) => {
    const { 'user-agent': agent, 'content-type': type } = request.headers
    came.push([request.method, agent, type, String(Buffer.concat(await request.toArray()))])
    response.writeHead(201, { 'X-Limit': '1' }).end('höre')
  })
  const answer = await createHttpClient()(server.url, { ...POST, headers: { 'content-type': 'text/plain' } })
  t.match(answer, { status: 201, headers: { 'x-limit': '1' }, text: 'höre' })
  t.same(came, [['POST', 'Soapstone', 'text/plain', 'x=1']])
})

t.test('a text is what it was, zipped or not, and without the mark that some editors put at its start', async (t) => {
  const server = await startHttpServer(t, ({ url, headers }, response) => {
    const text = '\ufeff{"name":"Ærø"}'
    const encoding = headers['accept-encoding'] === 'gzip' && url !== '/plain' && url?.slice(1)
    if (encoding) response.setHeader('content-encoding', encoding)
    response.end(encoding ? gzipSync(text) : text)
  })
  const http = createHttpClient()
  for (const path of ['/gzip', '/x-gzip', '/GZIP', '/plain']) {
    t.equal((await http(server.url + path, GET)).text, '{"name":"Ærø"}', path)
  }
})

t.test('a redirect is an answer, and nobody follows it', async (t) => {
  const server = await startHttpServer(t, (_request, response) => response.writeHead(302, { location: '/away' }).end())
  t.match(await createHttpClient()(server.url, POST), { status: 302, headers: { location: '/away' } })
  t.same(server.requests, ['POST /'])
})

t.test('what is no answer says why, by the code of the system where it has one', async (t) => {
  const http = createHttpClient()
  await t.rejects(http(await closedUrl(), GET), { name: 'NoAnswer', code: 'ECONNREFUSED', message: /^connect ECONN/ })
  const cut = await startHttpServer(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 1_000 }).write('{"result":')
    setImmediate(() => response.destroy())
  })
  await t.rejects(http(cut.url, GET), NoAnswer, 'an answer that breaks off')
  const bad = await startHttpServer(t, (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip')
  })
  await t.rejects(http(bad.url, GET), { name: 'NoAnswer', code: 'Z_DATA_ERROR' })
  await t.rejects(http('http://', GET), NoAnswer)
  const each = ['::1', '127.0.0.1'].map((host) =>
    Object.assign(new Error(`connect ECONNREFUSED ${host}:9`), { code: 'ECONNREFUSED' }),
  )
  const all = new NoAnswer(new AggregateError(each))
  t.match(all, { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED ::1:9' }, 'of several addresses the first')
})

t.test('an answer is waited for to its last byte, but no longer than it may take or somebody wants it', async (t) => {
  const half = await startHttpServer(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 1_000 }).write('{"result":')
  })
  const http = createHttpClient()
  await t.rejects(http(half.url, { ...GET, timeoutMs: 50 }), { name: 'NoAnswer', message: 'no answer in 50 ms' })
  const stop = new AbortController()
  const asked = http(half.url, { ...GET, signal: stop.signal })
  stop.abort(new Error('the lease was lost'))
  await t.rejects(asked, { name: 'NoAnswer', message: 'the lease was lost' })
})

t.test('requests go through the tunnel of a proxy, and past it where NO_PROXY says so', async (t) => {
  const proxy = await startConnectProxy(t)
  const server = await startHttpServer(t, (_request, response) => response.end('here'))
  const url = server.url.replace('127.0.0.1', 'localhost')
  const named = proxy.url.replace('//', '//user:pass%20word@')
  t.match(await createHttpClient({ http: named })(url, POST), { status: 200, text: 'here' })
  t.same(proxy.asked, [{ target: `localhost:${new URL(url).port}`, authorization: `Basic ${btoa('user:pass word')}` }])
  const direct = await createHttpClient({ http: proxy.url, except: 'localhost' })(url, POST)
  t.equal(direct.text, 'here')
  t.equal(proxy.asked.length, 1)
  t.same(server.requests, ['POST /', 'POST /'])
})

t.test('what a request was for is forgotten with its answer, however long that might have taken', async (t) => {
  const server = await startHttpServer(t, (_request, response) => response.end('{}'))
  const kept = await numberSaidBy(new URL('./kept.ts', import.meta.url), server.url)
  t.ok(kept < 5, `${kept} of 100`)
})
