import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import type { Door } from '../../src/doors/door.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { createListeners, type ListenersOptions } from '../../src/http/server.ts'
import { createIpList } from '../../src/runtime/ip-list.ts'
import { until } from '../helpers/until.ts'

const PROBLEM = 'application/problem+json; charset=utf-8'

async function build(t: Test, doors: Door[] = [], more: Partial<ListenersOptions> = {}) {
  const lines: string[] = []
  const listeners = await createListeners({
    log: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
    doors,
    metrics: createMetrics(),
    readiness: async () => ({ ready: true, ledger: 'up', paused: [], marker: 'none' }),
    public: { host: '127.0.0.1', port: 0 },
    private: { host: '127.0.0.1', port: 0 },
    requestTimeoutMs: 5_000,
    maxEventLoopDelayMs: 10_000,
    maxConnections: 100,
    ...more,
  })
  t.teardown(async () => {
    await listeners.closeDoors()
    await listeners.close()
  })
  return { listeners, lines }
}

async function ask(url: string, init: RequestInit = {}) {
  const reply = await fetch(url, init)
  return { status: reply.status, type: reply.headers.get('content-type'), body: await reply.text() }
}

const door = (name: string, overloaded?: Door['overloaded']): Door => ({
  routes: (scope) => {
    scope.get(`/${name}`, () => name)
    scope.get(`/${name}/broken`, () => {
      throw new Error('a secret')
    })
    scope.post(`/${name}/silent`, { config: { logsItself: true } }, () => name)
  },
  ...(overloaded && { overloaded }),
})

t.test('every door of the list is on the public listener and none on the private one', async (t) => {
  const { listeners } = await build(t, [door('one'), door('two'), {}])
  const { url, adminUrl } = await listeners.open()
  for (const name of ['one', 'two']) {
    t.match(await ask(`${url}/${name}`), { status: 200, body: name })
    t.match(await ask(`${adminUrl}/${name}`), { status: 404 })
  }
  t.match(await ask(`${adminUrl}/metrics`), { status: 200, body: /soapstone_/ })
  t.match(await ask(`${url}/metrics`), { status: 404 }, 'metrics are nobody else’s business')
  t.same(JSON.parse((await ask(`${url}/health/ready`)).body), { ready: true })
  t.match(JSON.parse((await ask(`${adminUrl}/health/ready`)).body), { ready: true, ledger: 'up' })
})

t.test('without an address for it there is no private listener', async (t) => {
  const { public: address, ...rest } = { public: { host: '127.0.0.1', port: 0 } }
  const listeners = await createListeners({
    ...rest,
    log: pino({ level: 'silent' }),
    doors: [],
    metrics: createMetrics(),
    readiness: async () => ({ ready: true, ledger: 'up', paused: [], marker: 'none' }),
    public: address,
    requestTimeoutMs: 5_000,
    maxEventLoopDelayMs: 10_000,
    maxConnections: 100,
  })
  t.teardown(listeners.close)
  const { url, adminUrl } = await listeners.open()
  t.equal(adminUrl, undefined)
  t.match(await ask(`${url}/health/live`), { status: 200 })
})

t.test('a port that is taken is said, and nothing listens then', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const address = taken.address()
  const port = typeof address === 'object' && address ? address.port : 0
  for (const which of ['public', 'private'] as const) {
    const { listeners } = await build(t, [], { [which]: { host: '127.0.0.1', port } })
    await t.rejects(listeners.open(), { code: 'EADDRINUSE' }, which)
  }
})

t.test('errors are problems with a code, and say nothing of us', async (t) => {
  const { listeners, lines } = await build(t, [door('one')])
  const { url, adminUrl } = await listeners.open()
  for (const base of [url, adminUrl]) {
    const missing = await ask(`${base}/nothing/here`)
    t.match(missing, { status: 404, type: PROBLEM })
    const { detail, ...rest } = JSON.parse(missing.body)
    t.same(rest, { type: 'about:blank', title: 'Not Found', status: 404, code: 'NOT_FOUND' })
    t.type(detail, 'string')
  }
  const broken = await ask(`${url}/one/broken`)
  t.match(broken, { status: 500, type: PROBLEM })
  t.match(JSON.parse(broken.body), { status: 500, title: 'Internal Server Error', code: 'INTERNAL' })
  t.notMatch(broken.body, /secret/)
  t.ok(lines.some((line) => line.includes('request.failed') && line.includes('a secret')))
  const wrong = await ask(`${url}/one/broken%ff`)
  t.match(wrong, { status: /4../ })
})

t.test('what is no HTTP, and a request with two Host headers, is a problem too', async (t) => {
  const { listeners } = await build(t, [door('one')])
  const { url, adminUrl = '' } = await listeners.open()
  const send = async (base: string, request: string) => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1')
    socket.end(request)
    return await text(socket)
  }
  for (const base of [url, adminUrl]) {
    for (const request of [
      'GET /health/live HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n',
      'GET /health/live HTTP/1.1\r\nhOST: a.example\r\nhost: a.example\r\n\r\n',
      'GET /nothing HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n',
      'hello\r\n\r\n',
      'GET /health/live HTTP/1.1\r\n\r\n',
    ]) {
      const answer = await send(base, request)
      t.match(answer, /^HTTP\/1\.1 400 Bad Request/, JSON.stringify(request))
      if (request.includes('ost:') || request.startsWith('hello')) t.match(answer, /"code":"BAD_REQUEST"/)
    }
  }
})

t.test('a request is a line in the log, except by those who watch us and where the endpoint has its own', async (t) => {
  const { listeners, lines } = await build(t, [door('one')])
  const { url, adminUrl } = await listeners.open()
  await ask(`${url}/health/live`)
  await ask(`${url}/health/ready`)
  await ask(`${adminUrl}/health/ready`)
  await ask(`${adminUrl}/metrics`)
  await ask(`${url}/one/silent`, { method: 'POST' })
  await ask(`${url}/one?key=secret`)
  await until(() => lines.some((line) => line.includes('"path":"/one"')), 'the line')
  const answered = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request.answered')
  t.match(answered, [{ method: 'GET', path: '/one', status: 200, ip: '127.0.0.1' }])
  t.equal(answered.length, 1)
  t.notMatch(lines.join(''), /secret/, 'no key')
})

t.test('what a proxy says counts where the proxy is one of ours, and from nobody else', async (t) => {
  const tell: Door = {
    routes: (scope) =>
      void scope.get('/who', ({ ip, protocol, host }) => `${protocol} ${ip} ${host.replace(/:.*/, '')}`),
  }
  const headers = {
    'x-forwarded-for': '203.0.113.9, 198.51.100.7, 192.0.2.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'evil.test',
  }
  const proxies = createIpList(['127.0.0.0/8', '192.0.2.0/24'])
  for (const [more, expected] of [
    [{}, 'http 127.0.0.1 127.0.0.1'],
    [{ proxies: createIpList(['192.0.2.1']) }, 'http 127.0.0.1 127.0.0.1'],
    // The last one that is no proxy: what stands before it was said by whoever asked.
    [{ proxies }, 'https 198.51.100.7 127.0.0.1'],
  ] as const) {
    const { listeners } = await build(t, [tell], more)
    const { url } = await listeners.open()
    t.equal((await ask(`${url}/who`, { headers })).body, expected)
  }
})

t.test('no line of the log holds what stands behind the question mark', async (t) => {
  const { listeners, lines } = await build(t, [door('one')])
  const { url } = await listeners.open()
  const paths = ['/one', '/one%ff', '/one/broken', '/nothing', `/${'x'.repeat(500)}`, '/%2e%2e/one', '//one']
  for (const path of paths) await ask(`${url}${path}?key=of-the-door`, { method: 'POST', body: 'x' })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.end('GET /one?key=of-the-door HTTP/9.9\r\nhost: x\r\n\r\n')
  await text(socket)
  await until(() => lines.some((line) => line.includes('"path":"//one"')), 'the last line')
  t.notMatch(lines.join(''), /of-the-door/)
})

t.test('through a proxy one sender can not have all connections either, and others are served', async (t) => {
  let ask = () => {}
  const asked = new Promise<void>((resolve) => {
    ask = resolve
  })
  const slow: Door = {
    routes: (scope) => {
      scope.get('/slow', async () => {
        await asked
        return 'at last'
      })
    },
  }
  const { listeners } = await build(t, [slow, door('one')], { proxies: createIpList(['127.0.0.1']), maxConnections: 8 })
  const { url } = await listeners.open()
  const from = (ip: string) => ({ headers: { 'x-forwarded-for': ip } })
  const waiting = [1, 2].map(async () => (await fetch(`${url}/slow`, from('203.0.113.9'))).status)
  await until(async () => (await fetch(`${url}/one`, from('203.0.113.9'))).status === 503, 'the refusal')
  t.equal((await fetch(`${url}/one`, from('198.51.100.7'))).status, 200)
  ask()
  t.same(await Promise.all(waiting), [200, 200])
  await until(async () => (await fetch(`${url}/one`, from('203.0.113.9'))).status === 200, 'a place that is free again')
})

t.test('no header is lost behind many others: proxies write theirs at the end', async (t) => {
  const tell: Door = { routes: (scope) => void scope.get('/who', ({ ip }) => `from ${ip}`) }
  const { listeners } = await build(t, [tell], { proxies: createIpList(['127.0.0.1']) })
  const { url } = await listeners.open()
  const ask = async (last: string) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.end(`GET /who HTTP/1.1\r\nhost: x\r\n${'a:\r\n'.repeat(1_200)}${last}\r\nconnection: close\r\n\r\n`)
    return await text(socket)
  }
  t.match(await ask('x-forwarded-for: 198.51.100.7'), /from 198\.51\.100\.7$/)
  t.match(await ask('host: y'), /^HTTP\/1\.1 400 /, 'not even the second Host')
})

t.test('refused requests are told by a sample, so that no stranger fills the disk', async (t) => {
  const { listeners, lines } = await build(t, [door('one')])
  const { url } = await listeners.open()
  for (let i = 0; i < 60; i++) await ask(`${url}/nothing/${i}`)
  for (let i = 0; i < 30; i++) await ask(`${url}/one`)
  const answered = () => lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request.answered')
  await until(() => answered().filter(({ status }) => status === 200).length === 30, 'a line for each that is served')
  t.equal(answered().filter(({ status }) => status === 404).length, 20)
})

t.test('one address can not have all connections of the private listener', async (t) => {
  const { listeners } = await build(t)
  const { adminUrl = '' } = await listeners.open()
  const { port } = new URL(adminUrl)
  const idle = Array.from({ length: 260 }, () =>
    connect({ port: Number(port), host: '127.0.0.1', localAddress: '127.0.0.9' }),
  )
  t.teardown(() => idle.forEach((socket) => void socket.destroy()))
  for (const socket of idle) socket.on('error', () => {})
  await until(() => idle.some((socket) => socket.destroyed), 'those that are too many')
  t.match(await ask(`${adminUrl}/health/live`), { status: 200 })
})

t.test('every answer of either listener says what a browser may do with it', async (t) => {
  const shown: Door = {
    routes: (scope) => {
      scope.get('/page', (_request, reply) => reply.header('cache-control', 'max-age=5').send('here'))
    },
  }
  const { listeners } = await build(t, [shown], { proxies: createIpList(['127.0.0.1']) })
  const { url, adminUrl } = await listeners.open()
  for (const path of [`${url}/health/live`, `${url}/nothing`, `${url}/page`, `${adminUrl}/metrics`, `${adminUrl}/x`]) {
    const { headers } = await fetch(path)
    t.equal(headers.get('x-content-type-options'), 'nosniff', path)
    t.match(headers.get('content-security-policy'), /default-src 'none'.*frame-ancestors 'none'/)
    t.equal(headers.get('x-frame-options'), 'DENY')
    t.equal(headers.get('referrer-policy'), 'no-referrer')
    t.equal(headers.get('cache-control'), path.endsWith('page') ? 'max-age=5' : 'no-store')
    t.equal(headers.get('strict-transport-security'), null, 'not over plain HTTP')
  }
  const over = await fetch(`${url}/health/live`, { headers: { 'x-forwarded-proto': 'https' } })
  t.equal(over.headers.get('strict-transport-security'), 'max-age=31536000')
})

t.test('while the process is overloaded each door answers in its own words, and health as ever', async (t) => {
  const causes: unknown[] = []
  const refusing = door('one', (_request, reply, cause) => {
    causes.push(cause)
    reply.code(503).send('one is full')
  })
  const { listeners } = await build(t, [refusing, door('two')], { maxEventLoopDelayMs: 1 })
  const { url } = await listeners.open()
  // The delay is sampled: until it has been, and as long as it is above one millisecond, the door is full.
  await until(async () => {
    const end = performance.now() + 30
    while (performance.now() < end);
    return (await ask(`${url}/one`)).body === 'one is full'
  }, 'the overload')
  t.match(causes[0], { type: 'eventLoopDelay', value: Number })
  t.match(await ask(`${url}/health/live`), { status: 200 })
  t.match(await ask(`${url}/two`), { status: 200 }, 'a door that has no words for it takes what comes')
})

t.test('closeDoors ends the doors alone: health and metrics stay until the end', async (t) => {
  const { listeners } = await build(t, [door('one')])
  const { url, adminUrl } = await listeners.open()
  await listeners.closeDoors()
  await t.rejects(fetch(`${url}/one`))
  t.match(await ask(`${adminUrl}/health/ready`), { status: 200 })
  await listeners.close()
  await t.rejects(fetch(`${adminUrl}/health/ready`))
})
