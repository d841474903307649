import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { Test } from 'tap'
import t from 'tap'
import { readCertificate } from '../../src/runtime/certificate.ts'

const DAY_MS = 86_400_000

/** An authority that this process knows, one between, and the certificate of `localhost`, which is good for 30 days. */
function authority(t: Test) {
  const folder = t.testdir()
  const at = (name: string) => join(folder, name)
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'ignore' })
  writeFileSync(at('ca.cnf'), 'basicConstraints=critical,CA:TRUE\n')
  writeFileSync(at('leaf.cnf'), 'subjectAltName=DNS:localhost\n')
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '90',
    '-keyout',
    'root.key',
    '-out',
    'root.pem',
    '-subj',
    '/CN=Root',
  )
  const sign = (name: string, by: string, extensions: string, subject: string) => {
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject)
    const signed = [
      '-in',
      `${name}.csr`,
      '-CA',
      `${by}.pem`,
      '-CAkey',
      `${by}.key`,
      '-CAcreateserial',
      '-extfile',
      extensions,
    ]
    openssl('x509', '-req', '-days', '30', '-out', `${name}.pem`, ...signed)
  }
  sign('between', 'root', 'ca.cnf', '/CN=Between')
  sign('leaf', 'between', 'leaf.cnf', '/CN=localhost')
  const read = (name: string) => readFileSync(at(name), 'utf8')
  setDefaultCACertificates([...getCACertificates('default'), read('root.pem')])
  return { key: read('leaf.key'), leaf: read('leaf.pem'), between: read('between.pem') }
}

async function listen(t: Test, key: string, cert: string): Promise<URL> {
  const server = createServer({ key, cert }, (socket) => socket.end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  return new URL(`https://localhost:${typeof address === 'object' && address ? address.port : 0}`)
}

t.test('readCertificate', async (t) => {
  const { key, leaf, between } = authority(t)
  const now = Date.now()
  const read = (url: URL) => readCertificate(url, { timeoutMs: 5_000, now })

  await t.test('trusts a whole chain, and counts the days', async (t) => {
    const found = await read(await listen(t, key, leaf + between))
    t.match(found, { trusted: true })
    t.ok([29, 30].includes(found.daysLeft), String(found.daysLeft))
    const url = await listen(t, key, leaf + between)
    t.equal((await readCertificate(url, { timeoutMs: 5_000, now: now + 31 * DAY_MS })).daysLeft < 0, true)
  })
  await t.test('says that the certificate between is missing', async (t) => {
    t.match(await read(await listen(t, key, leaf)), {
      trusted: false,
      reason: 'the certificate between it and its authority is not served',
    })
  })
  await t.test('says that it is for another name', async (t) => {
    const url = await listen(t, key, leaf + between)
    url.hostname = '127.0.0.1'
    t.match(await read(url), { trusted: false, reason: 'it is for another name' })
  })
  await t.test('rejects where nobody listens', async (t) => {
    await t.rejects(read(new URL('https://localhost:1')), { code: 'ECONNREFUSED' })
  })
})
