import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { connect, type SecureContextOptions, type TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'
import { checkMaterial, createTls, type TlsMaterial } from '../../src/http/tls.ts'
import { AUTHORITY, certificates, type Identity } from '../helpers/certificates.ts'
import { callHttps } from '../helpers/https.ts'
import { until } from '../helpers/until.ts'

/** A server that says whether the handshake found the client's certificate good. */
async function build(t: Test, material: (root: Identity, server: Identity) => TlsMaterial) {
  const { identity } = certificates(t)
  const root = identity({ subject: 'CN=Root', extensions: AUTHORITY })
  const own = identity({ subject: 'CN=soapstone.test', signer: root })
  const lines: object[] = []
  const log = { info() {}, error() {}, warn: (object: object) => void lines.push(object) }
  const tls = createTls(material(root, own), log)
  const server = tls.createServer({}, ({ socket }, response) => response.end(String(tls.verified(socket))))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const ask = async (more: SecureContextOptions = {}) =>
    (await callHttps(`https://127.0.0.1:${port}/`, { ca: root.cert, ...more })).body
  return { identity, root, own, tls, port, ask, lines }
}

/** The certificate that the server shows. */
async function shown(port: number, ca: string): Promise<string | undefined> {
  const socket: TLSSocket = connect({ port, host: '127.0.0.1', ca, checkServerIdentity: () => undefined })
  await once(socket, 'secureConnect')
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}

t.test('a listener speaks TLS 1.2 at least, and tells of handshakes that fail', async (t) => {
  const { ask, lines } = await build(t, (_, { cert, key }) => ({ cert, key }))
  t.equal(await ask({ maxVersion: 'TLSv1.2' }), 'false')
  t.equal(await ask({ minVersion: 'TLSv1.3' }), 'false')
  await t.rejects(ask({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }))
  await until(() => lines.length > 0, 'the line')
  t.match(lines, [{ ip: '127.0.0.1', code: /^ERR_SSL/ }])
})

t.test('createTls shows a renewed certificate from the next connection on', async (t) => {
  const { identity, root, own, tls, port } = await build(t, (_, { cert, key }) => ({ cert, key }))
  const before = await shown(port, root.cert)
  const renewed = identity({ subject: 'CN=soapstone.test', signer: root })
  tls.replace(renewed)
  const after = await shown(port, root.cert)
  t.not(after, before)
  tls.replace(own)
  t.equal(await shown(port, root.cert), before)
})

t.test('checkMaterial refuses what no handshake could be made with', async (t) => {
  const { identity } = certificates(t)
  const [one, other] = [identity({ subject: 'CN=one' }), identity({ subject: 'CN=other' })]
  t.doesNotThrow(() => checkMaterial(one))
  t.throws(() => checkMaterial({ cert: one.cert, key: other.key }), 'a key of another certificate')
  t.throws(() => checkMaterial({ cert: one.cert.slice(0, 200), key: one.key }), 'half a certificate')
  t.throws(() => checkMaterial({ cert: one.cert, key: '' }))
})

t.test('verified is said of certificates that the authorities stand behind, also through another one', async (t) => {
  const { identity, root, ask } = await build(t, (root, own) => ({ ...own, authorities: root.cert }))
  const between = identity({ subject: 'CN=Between', extensions: AUTHORITY, signer: root })
  const direct = identity({ subject: 'CN=client', signer: root })
  const behind = identity({ subject: 'CN=client', signer: between })
  const stranger = identity({ subject: 'CN=client' })
  const ofServers = identity({ subject: 'CN=client', extensions: ['extendedKeyUsage=serverAuth'] })
  t.equal(await ask(), 'false', 'none')
  t.equal(await ask(direct), 'true')
  t.equal(await ask({ ...behind, cert: behind.cert + between.cert }), 'true')
  t.equal(await ask(behind), 'false', 'nobody knows who is between')
  t.equal(await ask(stranger), 'false')
  t.equal(await ask(ofServers), 'false')
})

t.test(
  'verified ends for connections of before when the authorities change, and not when the certificate does',
  async (t) => {
    const { identity, root, own, tls, port } = await build(t, (root, own) => ({ ...own, authorities: root.cert }))
    const client = identity({ subject: 'CN=client', signer: root })
    const open = async () => {
      const options = { port, host: '127.0.0.1', ca: root.cert, checkServerIdentity: () => undefined }
      const socket = connect({ ...options, cert: client.cert, key: client.key })
      t.teardown(() => socket.destroy())
      await once(socket, 'secureConnect')
      // A connection on which something is asked is not idle, and stays.
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n')
      return socket
    }
    const answer = async (socket: TLSSocket) => {
      socket.write('connection: close\r\n\r\n')
      return (await text(socket)).split('\r\n\r\n', 2)[1]
    }
    const [first, second, third] = [await open(), await open(), await open()]
    t.equal(await answer(first), 'true')
    tls.replace({ ...own, authorities: root.cert })
    t.equal(await answer(second), 'true')
    const other = identity({ subject: 'CN=Other', extensions: AUTHORITY })
    tls.replace({ ...own, authorities: other.cert })
    t.equal(await answer(third), 'false')
    t.equal(await answer(await open()), 'false')
    tls.replace({ ...own, authorities: other.cert + root.cert })
    t.equal(await answer(await open()), 'true', 'old and new at once')
  },
)
