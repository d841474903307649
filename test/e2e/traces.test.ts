/** One trace from the Ack to the write-back, with an SDK that keeps the spans in memory. */
import t from 'tap'
import { openPool } from '../../src/ledger/postgres/pool.ts'
import { startHttpServer } from '../helpers/http-server.ts'
import { createService } from '../helpers/service.ts'
import { idOf, keepSpans, parentOf, traceOf } from '../helpers/spans.ts'
import { until } from '../helpers/until.ts'

const spans = keepSpans()

t.test('an order is one trace, from its message to its report, and WHMCS is told of it', async (t) => {
  spans.clear()
  const { salesforce, whmcs, endpoint, log } = await createService(t)
  const told: (string | undefined)[] = []
  whmcs.on('call', ({ traceparent }) => told.push(traceparent))
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await until(() => salesforce.record(orderId)?.Provisioning_Status__c === 'Provisioned', 'provisioned')
  await until(() => spans.named('write_back').length > 0, 'the last span')

  const [received] = spans.named('POST /outbound-messages/order')
  const traceId = traceOf(received)
  const [commit, callback, provision, writeBack] = ['commit', 'callback', 'provision', 'write_back'].map(
    (name) => spans.named(name)[0],
  )
  for (const step of [commit, callback, provision, writeBack]) {
    t.equal(parentOf(step), idOf(received), step?.name ?? 'a step')
    t.equal(traceOf(step), traceId)
  }
  t.match(provision?.attributes, {
    'soapstone.record_id': orderId,
    'soapstone.step': 'provision',
    'soapstone.outcome': 'advance',
    'soapstone.attempt': Number,
  })
  // The look whether the marker can be read is nobody's order.
  const calls = spans.all().filter((span) => span.name.startsWith('whmcs ') && traceOf(span) === traceId)
  t.same(
    calls.map(({ name }) => name),
    ['whmcs GetOrders', 'whmcs AddOrder', 'whmcs AcceptOrder', 'whmcs GetClientsProducts'],
  )
  for (const call of calls) t.equal(parentOf(call), idOf(provision), call.name)
  t.same(
    told.filter((header) => header?.includes(String(traceId))),
    calls.map((call) => `00-${traceId}-${idOf(call)}-01`),
    'each call tells WHMCS its own span',
  )
  const [query] = spans.named('salesforce query')
  t.equal(parentOf(query), idOf(callback))
  const lines = await until(() => {
    const parsed = log.map((line) => JSON.parse(line))
    const found = parsed.filter(({ msg }) => /message\.recorded|notification\.attempted/.test(msg))
    return found.length === 4 ? found : undefined
  }, 'a line for the message and one for each step')
  for (const line of lines) t.equal(line.traceId, traceId, 'each log line names the trace')
})

t.test('a trace that a proxy began goes on', async (t) => {
  spans.clear()
  const { endpoint } = await createService(t)
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const headers = { 'content-type': 'text/xml', soapaction: '""', traceparent: `00-${traceId}-b7ad6b7169203331-01` }
  await (await fetch(endpoint, { method: 'POST', headers, body: '<x/>' })).text()
  const [received] = spans.named('POST /outbound-messages/order')
  t.equal(traceOf(received), traceId)
  t.equal(received?.status.code, 2, 'a message that was refused is a failed span')
})

t.test('a failed call fails its span and that of its step', async (t) => {
  spans.clear()
  const { salesforce, whmcs, endpoint } = await createService(t, { RETRY_SCHEDULE: '10s' })
  whmcs.faults.push({ on: 'AddOrder', kind: 'html-500' })
  await salesforce.send({ endpoint, orderIds: [salesforce.addOrder()] })
  const provision = await until(() => spans.named('provision')[0], 'the step')
  t.match(provision.status, { code: 2, message: /WHMCS_OUTCOME_UNKNOWN/ })
  t.match(provision.attributes, { 'soapstone.code': 'WHMCS_OUTCOME_UNKNOWN' })
  t.match(spans.named('whmcs AddOrder')[0], { status: { code: 2 }, attributes: { 'soapstone.result': 'unclear' } })
})

t.test('what a webhook is told of an order belongs to its trace', async (t) => {
  spans.clear()
  const { url } = await startHttpServer(t, async (request, response) => {
    await request.toArray()
    response.writeHead(204).end()
  })
  const { salesforce, endpoint, databaseUrl } = await createService(t, { WEBHOOK_ALLOW_PRIVATE: 'true' })
  const pool = openPool({ url: databaseUrl, connections: 1, name: 'test', onError: () => {} })
  t.teardown(() => pool.end())
  await pool.query("insert into ledger.webhook (webhook_id, url, types) values ('whk_1', $1, '{order.provisioned}')", [
    url,
  ])
  await salesforce.send({ endpoint, orderIds: [salesforce.addOrder()] })
  const told = await until(() => spans.named('webhook order.provisioned')[0], 'the webhook')
  const [received] = spans.named('POST /outbound-messages/order')
  t.equal(traceOf(told), traceOf(received))
  t.equal(parentOf(told), idOf(received))
})
