/** TLS of the public listener and client certificates, in the whole service. */

import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { connect } from 'node:tls'
import t, { type Test } from 'tap'
import { readConfig } from '../../src/config/read.ts'
import { createSecurity } from '../../src/doors/security.ts'
import { createLog } from '../../src/runtime/logger.ts'
import { createReloads } from '../../src/service/reloads.ts'
import { createTransport } from '../../src/service/transport.ts'
import { AUTHORITY, certificates } from '../helpers/certificates.ts'
import { envelope } from '../helpers/envelopes.ts'
import { callHttps } from '../helpers/https.ts'
import { clickOf, SECRET } from '../helpers/quick-action.ts'
import { createService, createWorld } from '../helpers/service.ts'

// The message is of some other organisation.
const TAKEN = { FOREIGN_ORGANIZATIONS: 'record' }
const POST = { method: 'POST', headers: { 'content-type': 'text/xml' }, body: envelope() }

function identities(t: Test) {
  const { identity, file } = certificates(t)
  const root = identity({ subject: 'CN=Root', extensions: AUTHORITY })
  const own = identity({ subject: 'CN=soapstone.test', signer: root })
  const client = identity({ subject: 'CN=sender.test', signer: root })
  return { identity, file, root, own, client }
}

t.test('outbound messages need a certificate where the settings say so, and other routes do not', async (t) => {
  const { identity, root, own, client } = identities(t)
  const { service, endpoint, log } = await createService(t, {
    ...TAKEN,
    TLS_CERT_FILE: own.certFile,
    TLS_KEY_FILE: own.keyFile,
    TLS_CLIENT_CA_FILE: root.certFile,
    TLS_CLIENT_NAMES: 'old.test,sender.test',
  })
  t.match(service.url, /^https:/)
  const ca = root.cert
  const shown = { ca, cert: client.cert, key: client.key }
  t.match(await callHttps(endpoint, { ...POST, ...shown }), { status: 200, body: /<Ack>true</ })
  t.match(await callHttps(endpoint, { ...POST, ca }), { status: 403, body: /<faultstring>not accepted here</ })
  const stranger = identity({ subject: 'CN=sender.test' })
  t.match(await callHttps(endpoint, { ...POST, ca, cert: stranger.cert, key: stranger.key }), { status: 403 })
  t.match(await callHttps(`${endpoint}?wsdl`, { ca }), { status: 403 })
  t.match(await callHttps(`${endpoint}?wsdl`, shown), { status: 200, body: /location="https:/ })
  const health = await callHttps(`${service.url}/health/ready`, { ca })
  t.match(health, { status: 200, headers: { 'strict-transport-security': 'max-age=31536000' } })
  const reasons = log.filter((line) => line.includes('security.certificate_refused')).map((line) => JSON.parse(line))
  t.match(reasons, [{ reason: 'no certificate' }, { reason: 'another authority' }, { reason: 'no certificate' }])
})

t.test('a click needs a certificate like an outbound message, and the portal none', async (t) => {
  const { root, own, client } = identities(t)
  const { service } = await createService(t, {
    TLS_CERT_FILE: own.certFile,
    TLS_KEY_FILE: own.keyFile,
    TLS_CLIENT_CA_FILE: root.certFile,
    TLS_CLIENT_NAMES: 'sender.test',
    SF_WEBHOOK_SECRET: SECRET,
    PORTAL_LINK_SECRET: SECRET,
  })
  const ca = root.cert
  const { path, headers, body } = clickOf({ orderId: '801Ss00000Ab1CdIAJ' })
  const given = Object.fromEntries(
    Object.entries(headers).filter((one): one is [string, string] => one[1] !== undefined),
  )
  const click = { method: 'POST', headers: given, body, ca }
  t.match(await callHttps(service.url + path, click), { status: 403, body: /"status":403/ })
  t.match(await callHttps(service.url + path, { ...click, cert: client.cert, key: client.key }), { status: 202 })
  t.match(await callHttps(`${service.url}/orders/801Ss00000Ab1CdIAJ`, { ca }), { status: 401 })
})

t.test('a sender that closes its side of TLS when it has sent all gets its Ack', async (t) => {
  const { root, own } = identities(t)
  const { service } = await createService(t, { ...TAKEN, TLS_CERT_FILE: own.certFile, TLS_KEY_FILE: own.keyFile })
  const port = Number(new URL(service.url).port)
  const socket = connect({ port, host: '127.0.0.1', ca: root.cert, checkServerIdentity: () => undefined })
  await once(socket, 'secureConnect')
  const head = `POST /outbound-messages/order HTTP/1.1\r\nhost: x\r\ncontent-type: text/xml\r\n`
  socket.end(`${head}content-length: ${Buffer.byteLength(POST.body)}\r\n\r\n${POST.body}`)
  t.match(await text(socket), /^HTTP\/1\.1 200 [\s\S]*<Ack>true</)
})

t.test('a renewed certificate is shown, and a broken pair is not', async (t) => {
  const { identity, file, root, own } = identities(t)
  const files = { TLS_CERT_FILE: file('cert', own.cert), TLS_KEY_FILE: file('key', own.key) }
  const { settings } = await createWorld(t, files)
  const { config } = readConfig(settings)
  const lines: string[] = []
  const log = createLog('info', { write: (line) => lines.push(line) })
  const reloads = createReloads(log)
  const security = createSecurity({ log, onEvent: () => {}, now: () => 0 })
  const { tls } = config ? await createTransport(config, { reloads, security, log }) : {}
  const server = tls?.createServer({}, (_request, response) => response.end()).listen(0, '127.0.0.1')
  if (!server) throw new Error('there is no TLS')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const address = server.address()
  const url = `https://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`
  const works = async (ca: string) =>
    await callHttps(url, { ca }).then(
      ({ status }) => status === 200,
      () => false,
    )
  /** A change counts when it was found twice. */
  const look = async () => {
    await reloads.check()
    await reloads.check()
  }
  t.ok(await works(root.cert))
  const renewed = identity({ subject: 'CN=soapstone.test' })
  writeFileSync(files.TLS_CERT_FILE, renewed.cert)
  await look()
  t.ok(await works(root.cert), 'the old pair')
  t.match(lines, [/setting\.not_reloaded/])
  writeFileSync(files.TLS_KEY_FILE, renewed.key)
  await look()
  t.ok(await works(renewed.cert), 'the new pair')
  t.notOk(await works(root.cert))
  t.notMatch(lines.join(''), /PRIVATE KEY/)
})

t.test('behind a proxy the certificate comes in a header', async (t) => {
  const { root, client, identity } = identities(t)
  const { endpoint } = await createService(t, {
    ...TAKEN,
    TRUST_PROXY: '127.0.0.1',
    TLS_CLIENT_HEADER: 'X-Client-Cert',
    TLS_CLIENT_CA_FILE: root.certFile,
    TLS_CLIENT_NAMES: 'sender.test',
  })
  const post = async (cert?: string) => {
    const headers = { ...POST.headers, ...(cert && { 'x-client-cert': encodeURIComponent(cert) }) }
    return (await fetch(endpoint, { ...POST, headers })).status
  }
  t.equal(await post(client.cert), 200)
  t.equal(await post(identity({ subject: 'CN=sender.test' }).cert), 403)
  t.equal(await post(), 403)
})
