import { once } from 'node:events'
import { createServer } from 'node:net'
import { Webhook } from 'standardwebhooks'
import t, { type Test } from 'tap'
import type { Delivery } from '../../../src/notices/webhooks/delivery.ts'
import { createSender, type SenderOptions } from '../../../src/notices/webhooks/sender.ts'
import { closedUrl, startHttpServer } from '../../helpers/http-server.ts'

const SECRET = `whsec_${Buffer.from('secret-secret-secret-secret').toString('base64')}`
const never = new AbortController().signal

function delivery(url: string, given: Partial<Delivery> = {}): Delivery {
  return {
    ...{ organizationId: '', webhookId: 'whk_1', eventNo: '1', leaseNo: 1, attempts: 0, url },
    ...{ format: 'standard', secrets: [SECRET] },
    event: {
      id: 'evt_1',
      type: 'stage.resumed',
      happenedAt: new Date('2026-11-25T03:12:45Z'),
      data: { step: 'callback' },
    },
    ...given,
  }
}

function sender(t: Test, given: Partial<SenderOptions> = {}) {
  const options = { allowPrivate: true, proxies: {}, timeoutMs: 5_000, userAgent: 'Soapstone', now: Date.now }
  const one = createSender({ ...options, ...given })
  t.teardown(() => one.close())
  return one
}

t.test('send posts what the standard library verifies, and takes any 2xx for a yes', async (t) => {
  const seen: { headers: Record<string, string>; body: string }[] = []
  const { url } = await startHttpServer(t, async (request, response) => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    seen.push({ headers, body: Buffer.concat(await request.toArray()).toString() })
    response.writeHead(204).end()
  })
  t.match(await sender(t).send(delivery(`${url}/in?a=b`), never), { result: 'delivered', status: 204, gone: false })
  const [{ headers, body } = { headers: {}, body: '' }] = seen
  t.match(headers, { 'content-type': 'application/json', 'webhook-id': 'evt_1', 'user-agent': 'Soapstone' })
  t.same(new Webhook(SECRET).verify(body, headers), {
    type: 'stage.resumed',
    timestamp: '2026-11-25T03:12:45.000Z',
    data: { step: 'callback' },
  })
})

t.test('send signs nothing without a secret', async (t) => {
  const signatures: unknown[] = []
  const { url } = await startHttpServer(t, (request, response) => {
    signatures.push(request.headers['webhook-signature'])
    response.end()
  })
  await sender(t).send(delivery(url, { secrets: [] }), never)
  t.same(signatures, [undefined])
})

t.test('send follows no redirect', async (t) => {
  const { url, requests } = await startHttpServer(t, (_, response) => {
    response.writeHead(307, { location: '/elsewhere' }).end()
  })
  const sent = await sender(t).send(delivery(`${url}/in`), never)
  t.match(sent, { result: 'refused', status: 307, error: 'answered 307: redirects are not followed', gone: false })
  t.same(requests, ['POST /in'])
})

t.test('send says that the receiver wants no more, and how long it wants to be left alone', async (t) => {
  const { url } = await startHttpServer(t, (request, response) => {
    if (request.url === '/gone') response.writeHead(410).end('moved away')
    else response.writeHead(429, { 'retry-after': '60' }).end()
  })
  t.match(await sender(t).send(delivery(`${url}/gone`), never), {
    result: 'refused',
    status: 410,
    gone: true,
    answer: 'moved away',
  })
  t.match(await sender(t).send(delivery(`${url}/busy`), never), {
    result: 'refused',
    status: 429,
    gone: false,
    restMs: 60_000,
  })
})

t.test('send reads no more of an answer than it keeps, however long it is', async (t) => {
  const { url } = await startHttpServer(t, (_, response) => {
    response.on('error', () => {})
    response.writeHead(200)
    // Without an end, as fast as somebody reads.
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      response.once('drain', more)
    }
    more()
  })
  const { answer, result } = await sender(t).send(delivery(url), never)
  t.equal(result, 'delivered')
  t.equal(answer?.length, 500)
})

t.test('send gives up on who does not answer, or not to the end', async (t) => {
  const { url } = await startHttpServer(t, (request, response) => {
    if (request.url === '/half') response.write('half')
  })
  const quick = sender(t, { timeoutMs: 100 })
  for (const path of ['/never', '/half'])
    t.match(await quick.send(delivery(url + path), never), {
      result: 'refused',
      error: 'no answer in 100 ms',
      gone: false,
    })
})

t.test('send explains what kept it from arriving', async (t) => {
  t.match(await sender(t).send(delivery(await closedUrl()), never), { result: 'refused', error: /ECONNREFUSED/ })
  const silent = createServer((socket) => void socket.end('no HTTP at all\r\n')).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => silent.close())
  const address = silent.address()
  const port = typeof address === 'object' && address ? address.port : 0
  t.match(await sender(t).send(delivery(`http://127.0.0.1:${port}/`), never), { result: 'refused', error: /\S/ })
})
