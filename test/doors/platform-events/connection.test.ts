import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startConnectProxy } from '../../helpers/connect-proxy.ts'
import { STATUS_CHANGED } from '../../helpers/events.ts'
import { spawnServe } from '../../helpers/process.ts'
import { createWorld } from '../../helpers/service.ts'
import { createEventBench, openStreamOf } from '../../helpers/subscriber.ts'
import { until } from '../../helpers/until.ts'
import { startPubSub } from '../../simulators/pubsub.ts'

const HOST = 'api.pubsub.example.com'

/** A certificate for that name, which nobody has signed but itself. */
function certificateFor(t: Test, name: string) {
  const [keyFile, certFile] = [join(t.testdir(), 'key.pem'), join(t.testdir(), 'cert.pem')]
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', keyFile, '-out', certFile]
  const named = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`]
  execFileSync('openssl', [...made, ...named], { stdio: 'ignore' })
  return { certFile, tls: { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') } }
}

t.test('a certificate that nobody vouches for is refused, and status says so', async (t) => {
  const { tls } = certificateFor(t, 'localhost')
  const bench = await createEventBench(t, { tls })
  const endpoint = { host: 'localhost', port: bench.pubsub.port, tls: true }
  const { stop } = bench.subscribe({ connect: { endpoint } })
  await until(async () => (await bench.row()).error_code ?? undefined, 'a refusal')
  await stop()
  t.match(await bench.row(), { error_code: 'EVENTS_UNAVAILABLE', error_message: /self-signed certificate/ })
})

t.test('serve subscribes over TLS, by an authority of the company and the way through its proxy', async (t) => {
  const { tls, certFile } = certificateFor(t, HOST)
  const world = await createWorld(t)
  const pubsub = await startPubSub({ tls, isLive: world.salesforce.isLive })
  t.teardown(() => pubsub.close())
  pubsub.bus.topic(STATUS_CHANGED)
  const proxy = await startConnectProxy(t)
  await spawnServe(t, world, {
    PUBSUB_TOPICS: STATUS_CHANGED,
    PUBSUB_ENDPOINT: `${HOST}:${pubsub.port}`,
    HTTPS_PROXY: proxy.url.replace('http://', 'http://user:pass%21@'),
    NODE_EXTRA_CA_CERTS: certFile,
  })
  await openStreamOf(pubsub)
  const orderId = world.salesforce.addOrder()
  pubsub.bus.orderStatusChanged(orderId)
  await until(() => world.salesforce.record(orderId)?.Provisioning_Status__c === 'Provisioned', 'the report')
  const authorization = `Basic ${Buffer.from('user:pass!').toString('base64')}`
  t.match(proxy.asked, [{ target: `${HOST}:${pubsub.port}`, authorization }])
})
