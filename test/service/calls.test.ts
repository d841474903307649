/** What becomes of a call to another system in the metrics: by the adapters, against the simulators. */
import t from 'tap'
import type { Call } from '../../src/http/call-metrics.ts'
import { createHttpClient } from '../../src/runtime/http-client.ts'
import { createRest } from '../../src/salesforce/rest.ts'
import { createSessions } from '../../src/salesforce/session.ts'
import { watchesOf } from '../../src/service/calls.ts'
import { createWhmcsClient } from '../../src/whmcs/client.ts'
import { startSalesforce } from '../simulators/salesforce.ts'
import { startWhmcs } from '../simulators/whmcs.ts'

function keepCalls() {
  const calls: Omit<Call, 'seconds'>[] = []
  const usages: object[] = []
  const watch = watchesOf('acme', {
    called: ({ seconds, ...call }) => void calls.push(call),
    apiRequests: (usage) => void usages.push(usage),
  })
  return { calls, usages, watch }
}

t.test('calls to Salesforce are told by action and result, with the API requests that are left', async (t) => {
  const salesforce = await startSalesforce()
  t.teardown(() => salesforce.close())
  const { calls, usages, watch } = keepCalls()
  const { clientId, clientSecret, url: instanceUrl, organizationId } = salesforce
  const sessions = createSessions({
    ...{
      instanceUrl,
      organizationId,
      apiVersion: '67.0',
      timeoutMs: 5_000,
      http: createHttpClient(),
      now: () => new Date(),
    },
    oauth: { flow: 'client-credentials', clientId, clientSecret },
    ...watch.salesforce,
  })
  const rest = createRest()
  const ask = () => sessions.use([], (connection) => rest.query(connection, ['SELECT Id FROM Organization']))
  await ask()
  salesforce.faults.push({ on: 'query', kind: 'status', status: 503 })
  await t.rejects(ask())
  salesforce.faults.push({ on: 'query', kind: 'reset' })
  await t.rejects(ask())
  await sessions.use([], (connection) =>
    rest.update(connection, [{ type: 'Order', id: salesforce.addOrder(), fields: {} }]),
  )
  const common = { system: 'salesforce', organization: 'acme' }
  t.same(calls, [
    { ...common, action: 'login', result: 'success' },
    { ...common, action: 'query', result: 'success' },
    { ...common, action: 'query', result: 'unavailable' },
    { ...common, action: 'query', result: 'unreachable' },
    { ...common, action: 'update', result: 'success' },
  ])
  t.same(usages[0], { organization: 'acme', used: 1, max: 15_000 })
})

t.test('calls to WHMCS are told by action, and by what is certain of them', async (t) => {
  const whmcs = await startWhmcs()
  t.teardown(() => whmcs.close())
  const { calls, watch } = keepCalls()
  const { url, identifier, secret } = whmcs
  const client = createWhmcsClient({ url, identifier, secret, ...watch.whmcs })
  const options = { timeoutMs: 5_000, signal: new AbortController().signal }
  await client.call('GetOrders', {}, options)
  await client.call('AddOrder', { clientid: 0 }, options)
  whmcs.faults.push({ on: 'AcceptOrder', kind: 'html-500' })
  await client.call('AcceptOrder', { orderid: 1 }, options)
  await whmcs.close()
  await client.call('GetOrders', {}, options)
  t.same(
    calls.map(({ action, result }) => `${action} ${result}`),
    ['GetOrders success', 'AddOrder error', 'AcceptOrder unclear', 'GetOrders not-sent'],
  )
})
