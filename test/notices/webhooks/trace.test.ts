import t from 'tap'
import { createSender } from '../../../src/notices/webhooks/sender.ts'
import { startHttpServer } from '../../helpers/http-server.ts'
import { idOf, keepSpans, parentOf, traceOf } from '../../helpers/spans.ts'

const spans = keepSpans()
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

t.test('a webhook is told of the trace of its order', async (t) => {
  const told: (string | undefined)[] = []
  const { url } = await startHttpServer(t, async (request, response) => {
    told.push(request.headers.traceparent?.toString())
    response.writeHead(told.length === 1 ? 204 : 500).end()
  })
  const sender = createSender({
    allowPrivate: true,
    proxies: {},
    timeoutMs: 5_000,
    userAgent: 'Soapstone',
    now: Date.now,
  })
  t.teardown(() => sender.close())
  const delivery = {
    ...{ organizationId: '', webhookId: 'whk_1', eventNo: '1', leaseNo: 1, attempts: 0, url, secrets: [] },
    format: 'standard' as const,
    event: { id: 'evt_1', type: 'order.provisioned', happenedAt: new Date(0), data: {} },
    traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
  }
  const { signal } = new AbortController()
  await sender.send(delivery, signal)
  await sender.send(delivery, signal)
  const [one, other] = spans.named('webhook order.provisioned')
  t.equal(traceOf(one), TRACE)
  t.equal(parentOf(one), '00f067aa0ba902b7')
  t.same(
    told,
    [one, other].map((span) => `00-${TRACE}-${idOf(span)}-01`),
  )
  t.match(one?.attributes, { 'soapstone.event_id': 'evt_1', 'soapstone.attempt': 1 })
  t.equal(one?.status.code, 0)
  t.equal(other?.status.code, 2, 'what is refused fails its span')
})
