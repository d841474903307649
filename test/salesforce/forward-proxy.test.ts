import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import t, { type Test } from 'tap'
import { createHttpClient } from '../../src/runtime/http-client.ts'
import { startConnectProxy } from '../helpers/connect-proxy.ts'
import { createAdapter } from '../helpers/salesforce.ts'
import { startSalesforce } from '../simulators/salesforce.ts'

const HOST = 'acme.my.salesforce.com'

t.test('login, query and all go through the proxy that HTTPS_PROXY names', async (t) => {
  const { organizationId, port } = await build(t)
  const proxy = await startConnectProxy(t)
  const session = {
    instanceUrl: `https://${HOST}:${port}`,
    organizationId,
    http: createHttpClient({ https: proxy.url }),
  }
  const { query } = await createAdapter(t, { session })
  t.equal((await query()).length, 1)
  t.ok(proxy.asked.length > 0)
  t.ok(proxy.asked.every(({ target }) => target === `${HOST}:${port}`))
})

t.test('a proxy that refuses is an outage', async (t) => {
  const proxy = await startConnectProxy(t, { refuse: 407 })
  const session = { instanceUrl: `https://${HOST}`, http: createHttpClient({ https: proxy.url }) }
  const { query } = await createAdapter(t, { session })
  await t.rejects(query(), { code: 'SALESFORCE_UNREACHABLE', message: /407/ })
  t.match(proxy.asked, [{ target: `${HOST}:443` }])
})

/** Salesforce behind TLS, under a name that only the proxy knows the way to. */
async function build(t: Test) {
  const salesforce = await startSalesforce()
  const [keyFile, certFile] = [join(t.testdir(), 'key.pem'), join(t.testdir(), 'cert.pem')]
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', keyFile, '-out', certFile]
  const named = ['-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`]
  execFileSync('openssl', [...made, ...named], { stdio: 'ignore' })
  const cert = readFileSync(certFile, 'utf8')
  setDefaultCACertificates([...getCACertificates('default'), cert])
  const server = createServer({ key: readFileSync(keyFile), cert }, (socket) => {
    const onward = connect(Number(new URL(salesforce.url).port), '127.0.0.1')
    socket.pipe(onward).pipe(socket)
    for (const one of [socket, onward]) one.on('error', () => onward.destroy())
    t.teardown(() => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    server.close()
    await salesforce.close()
  })
  const address = server.address()
  return {
    organizationId: salesforce.organizationId,
    port: typeof address === 'object' && address ? address.port : 0,
  }
}
