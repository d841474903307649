import t from 'tap'
import { type Proxies, proxyFor } from '../../src/runtime/proxy.ts'

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
