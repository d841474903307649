import { X509Certificate } from 'node:crypto'
import { createServer } from 'node:https'
import { TLSSocket } from 'node:tls'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { createClientCertificates } from '../../src/doors/client-certificate.ts'
import { readCertificates } from '../../src/runtime/certificates.ts'
import { createIpList } from '../../src/runtime/ip-list.ts'
import { AUTHORITY, certificates, type Identity } from '../helpers/certificates.ts'
import { callHttps } from '../helpers/https.ts'

const NAME = 'proxy.salesforce.test'
const HEADER = 'x-client-cert'
const DAY_MS = 86_400_000

interface Given {
  /** Who signs, out of those that were made. */
  authorities: (root: Identity) => string
  verified?: boolean
  proxies?: string[]
  now?: () => Date
}

/** A server over TLS that says why a sender is not admitted. */
async function build(t: Test, { authorities, verified = false, proxies, now = () => new Date() }: Given) {
  const { identity } = certificates(t)
  const root = identity({ subject: 'CN=Root', extensions: AUTHORITY })
  const own = identity({ subject: 'CN=soapstone.test', signer: root })
  const known = readCertificates(authorities(root))
  const asked: boolean[] = []
  const check = createClientCertificates({
    authorities: () => known,
    names: ['other.test', NAME],
    verified: (socket) => {
      asked.push(socket instanceof TLSSocket)
      return verified
    },
    ...(proxies && { header: { name: HEADER, proxies: createIpList(proxies) } }),
    now,
  })
  const app = Fastify({
    serverFactory: (handler) =>
      createServer({ cert: own.cert, key: own.key, requestCert: true, rejectUnauthorized: false }, handler),
  })
  app.get('/', (request) => check.refusal(request) ?? 'admitted')
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  const address = app.server.address()
  const url = `https://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`
  const ask = async (client?: Pick<Identity, 'cert' | 'key'>, headers: Record<string, string> = {}) =>
    (await callHttps(url, { ca: root.cert, headers, ...(client && { cert: client.cert, key: client.key }) })).body
  return { identity, root, ask, asked }
}

t.test('a certificate counts that one of the authorities has signed, for one of the names', async (t) => {
  const { identity, root, ask } = await build(t, { authorities: ({ cert }) => cert })
  const of = (subject: string, ...extensions: string[]) => identity({ subject, extensions, signer: root })
  t.equal(await ask(of(`CN=${NAME}`)), 'admitted')
  t.equal(await ask(of('O=Acme/CN=Proxy.Salesforce.TEST')), 'admitted', 'in any case')
  t.equal(await ask(of('CN=x', `subjectAltName=DNS:y.test,DNS:${NAME}`)), 'admitted', 'one of its DNS names')
  t.equal(await ask(of(`CN=${NAME}`, 'subjectAltName=DNS:y.test')), 'admitted', 'the common name beside them')
  t.equal(await ask(of(`CN=${NAME}`, 'extendedKeyUsage=serverAuth')), 'admitted', 'not marked as a client’s')
  t.equal(await ask(), 'no certificate')
  t.equal(await ask(of('CN=another.test')), 'another name')
  t.equal(await ask(of(`CN=x${NAME}`)), 'another name')
  t.equal(await ask(of(`O=${NAME}/CN=x`)), 'another name')
  t.equal(await ask(of('CN=*.salesforce.test', 'subjectAltName=DNS:*.salesforce.test')), 'another name')
})

t.test('a certificate that nobody known has signed is nobody’s, whatever it says of itself', async (t) => {
  const { identity, root, ask } = await build(t, { authorities: ({ cert }) => cert })
  const namesake = identity({ subject: 'CN=Root', extensions: AUTHORITY })
  const client = identity({ subject: `CN=${NAME}`, signer: root })
  t.equal(await ask(identity({ subject: `CN=${NAME}` })), 'another authority')
  t.equal(
    await ask(identity({ subject: `CN=${NAME}`, extensions: ['extendedKeyUsage=serverAuth'] })),
    'another authority',
  )
  t.equal(await ask(identity({ subject: `CN=${NAME}`, signer: namesake })), 'another authority', 'of the same name')
  t.equal(
    await ask(identity({ subject: `CN=${NAME}`, signer: client })),
    'another authority',
    'of one who may not sign',
  )
})

t.test('what lies between is the handshake’s to judge', async (t) => {
  const vouched = await build(t, { authorities: ({ cert }) => cert, verified: true })
  const between = vouched.identity({ subject: 'CN=Between', extensions: AUTHORITY, signer: vouched.root })
  const client = vouched.identity({ subject: `CN=${NAME}`, signer: between })
  t.equal(await vouched.ask(client), 'admitted')
  t.same(vouched.asked, [true])
  t.equal(await vouched.ask(vouched.identity({ subject: 'CN=x', signer: between })), 'another name')
})

t.test('a file may name an authority between, several of them, or the certificate itself', async (t) => {
  const { identity } = certificates(t)
  const root = identity({ subject: 'CN=Old', extensions: AUTHORITY })
  const between = identity({ subject: 'CN=Between', extensions: AUTHORITY, signer: root })
  const itself = identity({ subject: `CN=${NAME}` })
  const { ask } = await build(t, { authorities: (one) => one.cert + between.cert + itself.cert })
  t.equal(await ask(identity({ subject: `CN=${NAME}`, signer: between })), 'admitted')
  t.equal(await ask(itself), 'admitted')
  t.equal(await ask(identity({ subject: `CN=${NAME}`, signer: itself })), 'another authority')
})

t.test('a certificate counts only as long as it is valid', async (t) => {
  let later = 0
  const now = () => new Date(Date.now() + later)
  const { identity, root, ask } = await build(t, { authorities: ({ cert }) => cert, now })
  const client = identity({ subject: `CN=${NAME}`, signer: root, days: 1 })
  t.equal(await ask(client), 'admitted')
  later = 1.5 * DAY_MS
  t.equal(await ask(client), 'not valid now')
  later = -1.5 * DAY_MS
  t.equal(await ask(client), 'not valid now', 'not yet')
})

t.test('a certificate is no more valid than who signed it', async (t) => {
  const { identity, root, ask } = await build(t, {
    authorities: ({ cert }) => cert,
    now: () => new Date(Date.now() + 3 * DAY_MS),
  })
  t.equal(await ask(identity({ subject: `CN=${NAME}`, signer: root, days: 9 })), 'another authority')
})

t.test('a proxy that is believed hands the certificate over in a header, in any of three forms', async (t) => {
  const { identity, root, ask } = await build(t, { authorities: ({ cert }) => cert, proxies: ['127.0.0.1'] })
  const client = identity({ subject: `CN=${NAME}`, signer: root })
  const base64 = new X509Certificate(client.cert).raw.toString('base64')
  const over = async (text: string, shown?: Identity) => await ask(shown, { [HEADER]: text })
  t.equal(await over(encodeURIComponent(client.cert)), 'admitted', 'nginx')
  t.equal(await over(base64), 'admitted', 'Caddy')
  t.equal(await over(`:${base64}:`), 'admitted', 'RFC 9440')
  t.equal(await over(''), 'no certificate')
  t.equal(await ask(), 'no certificate')
  t.equal(await ask(client), 'no certificate', 'the one of the proxy itself is not the one of the sender')
  t.equal(await over(encodeURIComponent(identity({ subject: `CN=${NAME}` }).cert)), 'another authority')
  for (const text of ['SUCCESS', `${base64}, ${base64}`, base64.slice(0, 100), '-----BEGIN%', '(null)', ':', '%00']) {
    t.equal(await over(text), 'unreadable certificate', text.slice(0, 20))
  }
})

t.test('the header of anybody else is not read', async (t) => {
  const { identity, root, ask } = await build(t, { authorities: ({ cert }) => cert, proxies: ['192.0.2.1'] })
  const client = identity({ subject: `CN=${NAME}`, signer: root })
  const headers = { [HEADER]: encodeURIComponent(client.cert), 'x-forwarded-for': '192.0.2.1' }
  t.equal(await ask(undefined, headers), 'no certificate')
  t.equal(await ask(client, { [HEADER]: 'x' }), 'admitted', 'by the handshake')
})
