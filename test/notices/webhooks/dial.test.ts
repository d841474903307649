import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import t, { type Test } from 'tap'
import { createDial, type DialOptions } from '../../../src/notices/webhooks/dial.ts'
import { createSender, type SenderOptions } from '../../../src/notices/webhooks/sender.ts'
import { startConnectProxy } from '../../helpers/connect-proxy.ts'
import { startHttpServer } from '../../helpers/http-server.ts'

const never = new AbortController().signal

function dial(options: Partial<DialOptions>, url: string): Promise<string> {
  const { hostname, port, protocol } = new URL(url)
  const connect = createDial({ allowPrivate: false, proxies: {}, timeoutMs: 2_000, ...options })
  return new Promise((resolve) => {
    connect({ hostname, port, protocol }, (error, socket) => {
      resolve(error?.message ?? `connected to ${socket?.remoteAddress}`)
      socket?.destroy()
    })
  })
}

t.test('dial refuses every spelling of an address of our own network', async (t) => {
  const { url } = await startHttpServer(t, (_, response) => response.end())
  const { port } = new URL(url)
  const hosts = [
    ...[
      '127.0.0.1',
      '0x7f.1',
      '2130706433',
      '0177.0.0.1',
      '0',
      '127.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
    ],
    ...[
      '169.254.169.254',
      '100.100.100.200',
      '10.0.0.1',
      '[fd00:ec2::254]',
      '[fe80::1]',
      '[64:ff9b::7f00:1]',
      'localhost',
    ],
  ]
  for (const host of hosts) t.match(await dial({}, `http://${host}:${port}/`), /not in the open internet/, host)
  t.equal(await dial({ allowPrivate: true }, url), 'connected to 127.0.0.1', 'unless that is allowed')
})

t.test('dial refuses a name that leads into our own network', async (t) => {
  for (const address of ['127.0.0.1', '169.254.169.254', '::ffff:10.0.0.1']) {
    const message = await dial({ resolve: async () => [address] }, 'http://rebound.example.com/')
    t.match(message, `rebound.example.com leads to ${address}, which is not in the open internet`)
  }
  t.match(await dial({ resolve: async () => [] }, 'http://nowhere.example.com/'), /leads to no address/)
})

t.test('dial connects to the address that was looked at: the name is asked once', async (t) => {
  const { url } = await startHttpServer(t, (_, response) => response.end())
  const asked: string[] = []
  const resolve = async (host: string) => {
    asked.push(host)
    return ['127.0.0.1']
  }
  const target = `http://hooks.example.com:${new URL(url).port}/`
  t.equal(await dial({ allowPrivate: true, resolve }, target), 'connected to 127.0.0.1')
  t.same(asked, ['hooks.example.com'])
})

t.test('dial takes the next address of a name where one does not answer, and never one that is refused', async (t) => {
  const { url } = await startHttpServer(t, (_, response) => response.end())
  const target = `http://hooks.example.com:${new URL(url).port}/`
  const resolve = async () => ['127.0.0.2', '127.0.0.1']
  t.equal(await dial({ allowPrivate: true, resolve }, target), 'connected to 127.0.0.1')
  const proxy = await startConnectProxy(t)
  const mixed = async () => ['127.0.0.1', '8.8.8.8']
  await dial({ resolve: mixed, proxies: { http: proxy.url } }, target)
  t.match(proxy.asked, [{ target: `8.8.8.8:${new URL(url).port}` }])
})

t.test('a proxy is asked for the address that was looked at, with its password, and not for the name', async (t) => {
  const proxy = await startConnectProxy(t)
  const { url } = await startHttpServer(t, (_, response) => response.end())
  const target = `http://hooks.example.com:${new URL(url).port}/`
  const withLogin = Object.assign(new URL(proxy.url), { username: 'anna', password: 'p@ss' }).href
  await dial({ resolve: async () => ['8.8.8.8'], proxies: { http: withLogin } }, target)
  const authorization = `Basic ${Buffer.from('anna:p@ss').toString('base64')}`
  t.same(proxy.asked, [{ target: `8.8.8.8:${new URL(url).port}`, authorization }])
  t.match(await dial({ resolve: async () => ['10.0.0.1'], proxies: { http: proxy.url } }, target), /open internet/)
  t.equal(proxy.asked.length, 1, 'it is not asked for what is refused')
})

t.test('dial says what the proxy answered', async (t) => {
  const proxy = await startConnectProxy(t, { refuse: 407 })
  const options = { resolve: async () => ['8.8.8.8'], proxies: { http: proxy.url } }
  t.equal(await dial(options, 'http://hooks.example.com/'), 'the proxy answered 407')
})

t.test('the certificate has to be that of the name, directly and through a proxy', async (t) => {
  const { port, ca } = await startTlsServer(t, 'hooks.example.com')
  const proxy = await startConnectProxy(t)
  for (const proxies of [{}, { https: proxy.url }]) {
    const options = { ca, proxies, allowPrivate: true, resolve: async () => ['127.0.0.1'] }
    t.match(await send(t, options, `https://hooks.example.com:${port}/`), { result: 'delivered', answer: 'hello' })
    t.match(await send(t, options, `https://other.example.com:${port}/`), { result: 'refused', error: /altnames/ })
  }
  t.same(
    proxy.asked.map(({ target }) => target),
    Array.from({ length: 2 }, () => `127.0.0.1:${port}`),
  )
})

t.test('what is sent without TLS is refused, unless our own network is allowed', async (t) => {
  const { url, requests } = await startHttpServer(t, (_, response) => response.end())
  t.match(await send(t, { allowPrivate: false }, url), { result: 'refused', error: /https/ })
  t.match(await send(t, { allowPrivate: true }, url), { result: 'delivered' })
  t.equal(requests.length, 1)
})

async function send(t: Test, options: Partial<SenderOptions>, url: string) {
  const common = { allowPrivate: false, proxies: {}, timeoutMs: 5_000, userAgent: 'Soapstone', now: Date.now }
  const sender = createSender({ ...common, ...options })
  t.teardown(() => sender.close())
  const event = { id: 'evt_1', type: 'stage.resumed', happenedAt: new Date(), data: {} }
  const delivery = { organizationId: '', webhookId: 'whk_1', eventNo: '1', leaseNo: 1, attempts: 0, secrets: [] }
  return await sender.send({ ...delivery, format: 'standard', url, event }, never)
}

/** With a certificate of that name, which it signed itself. */
async function startTlsServer(t: Test, name: string): Promise<{ port: number; ca: string }> {
  const folder = t.testdir()
  const [key, cert] = [`${folder}/key.pem`, `${folder}/cert.pem`]
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync(
    'openssl',
    [...made, '-subj', '/CN=x', '-addext', `subjectAltName=DNS:${name}`, '-keyout', key, '-out', cert],
    {
      stdio: 'ignore',
    },
  )
  const ca = readFileSync(cert, 'utf8')
  const server = createServer({ key: readFileSync(key), cert: ca }, (_, response) => response.end('hello'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return { ca, port: typeof address === 'object' && address ? address.port : 0 }
}
