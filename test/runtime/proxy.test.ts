import t from 'tap'
import { createFetch, type Proxies, proxyFor } from '../../src/runtime/proxy.ts'
import { startConnectProxy } from '../helpers/connect-proxy.ts'
import { startHttpServer } from '../helpers/http-server.ts'

const S = 'http://secure.proxy:3128'
const P = 'http://plain.proxy:3128'
const BOTH: Proxies = { https: S, http: P }

t.test('proxyFor takes the proxy of the protocol, except for what is near', async (t) => {
  const cases: [url: string, proxies: Proxies, proxy: string | undefined][] = [
    ['https://billing.example.com/x', BOTH, S],
    ['http://localhost:8090/x', BOTH, P],
    ['https://billing.example.com', { http: P }, undefined],
    ['https://billing.example.com', {}, undefined],
    ['http://127.0.0.1:8090', BOTH, undefined],
    ['http://[::1]:8090', BOTH, undefined],
    ['https://billing.example.com', { ...BOTH, except: 'billing.example.com' }, undefined],
    ['https://BILLING.example.com', { ...BOTH, except: 'Billing.Example.com' }, undefined],
    ['https://billing.example.com', { ...BOTH, except: 'example.com' }, undefined],
    ['https://billing.example.com', { ...BOTH, except: 'a.test, .example.com' }, undefined],
    ['https://billing.example.com', { ...BOTH, except: '*.example.com' }, undefined],
    ['https://billing.example.com', { ...BOTH, except: '*' }, undefined],
    ['https://billing.example.com', { ...BOTH, except: 'billing.example.com:443' }, undefined],
    ['https://billing.example.com:8443', { ...BOTH, except: 'billing.example.com:443' }, S],
    ['https://notexample.com', { ...BOTH, except: 'example.com' }, S],
    ['https://example.com.evil.test', { ...BOTH, except: 'example.com' }, S],
    ['https://billing.example.com', { ...BOTH, except: ' , ' }, S],
  ]
  for (const [url, proxies, proxy] of cases) t.equal(proxyFor(url, proxies), proxy, `${url} ${JSON.stringify(proxies)}`)
})

t.test('createFetch goes through a tunnel, and past the proxy where NO_PROXY says so', async (t) => {
  const proxy = await startConnectProxy(t)
  const server = await startHttpServer(t, (_request, response) => response.end('here'))
  const url = server.url.replace('127.0.0.1', 'localhost')
  const { port } = new URL(url)
  const given = { method: 'POST', body: 'x=1', redirect: 'manual', signal: AbortSignal.timeout(10_000) } as const
  const named = proxy.url.replace('//', '//user:pass%20word@')
  const reply = await createFetch({ http: named })(url, given)
  t.match({ status: reply.status, text: await reply.text() }, { status: 200, text: 'here' })
  t.same(proxy.asked, [{ target: `localhost:${port}`, authorization: `Basic ${btoa('user:pass word')}` }])
  const direct = await createFetch({ http: proxy.url, except: 'localhost' })(url, given)
  t.equal(await direct.text(), 'here')
  t.equal(proxy.asked.length, 1)
  t.same(server.requests, ['POST /', 'POST /'])
})
