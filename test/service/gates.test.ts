/** Who may come to which door: the settings, the lists of addresses, and what is told of those who may not. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import t from 'tap'
import { readConfig } from '../../src/config/read.ts'
import { createSecurity } from '../../src/doors/security.ts'
import { createLog } from '../../src/runtime/logger.ts'
import { createReloads } from '../../src/service/reloads.ts'
import { createTransport } from '../../src/service/transport.ts'
import { envelope } from '../helpers/envelopes.ts'
import { createService, createWorld } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

const post = async (url: string, forwardedFor?: string) => {
  const headers = { 'content-type': 'text/xml', ...(forwardedFor && { 'x-forwarded-for': forwardedFor }) }
  const reply = await fetch(url, { method: 'POST', body: envelope(), headers })
  return { status: reply.status, type: reply.headers.get('content-type'), body: await reply.text() }
}

t.test(
  'an outbound message from an address that is not on the list gets a Fault, and nothing of it is read',
  async (t) => {
    const { service, endpoint, log } = await createService(t, { OUTBOUND_MESSAGE_IP_ALLOWLIST: '192.0.2.0/24' })
    const refused = await post(endpoint)
    t.match(refused, { status: 403, type: /^text\/xml/, body: /<faultstring>not accepted here</ })
    t.match((await fetch(`${endpoint}?wsdl`)).status, 403, 'the contract is shown to nobody else')
    t.equal((await fetch(`${service.url}/health/ready`)).status, 200, 'health is for everybody')
    t.ok(
      log.some((line) => line.includes('security.address_refused') && line.includes('127.0.0.1')),
      'an event',
    )
    const metrics = await (await fetch(`${service.adminUrl}/metrics`)).text()
    t.match(metrics, 'soapstone_security_events_total{kind="address_refused"} 2')
  },
)

t.test('a list in a file counts within seconds after it has changed', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'soapstone-gates-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'list')
  await writeFile(file, '# only these\n192.0.2.0/24\n')
  // The message is of some other organisation.
  const taken = { FOREIGN_ORGANIZATIONS: 'record' }
  const { endpoint } = await createService(t, { ...taken, OUTBOUND_MESSAGE_IP_ALLOWLIST: `@${file}` })
  t.match(await post(endpoint), { status: 403 })
  await writeFile(file, JSON.stringify({ prefixes: [{ ip_prefix: ['127.0.0.0/8', '::1/128'] }] }))
  await until(async () => (await post(endpoint)).status === 200, 'the new list')
})

t.test('a list that breaks never opens the door: the one of before stays', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'soapstone-gates-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'list')
  await writeFile(file, '127.0.0.1\n')
  const { settings } = await createWorld(t, { OUTBOUND_MESSAGE_IP_ALLOWLIST: `@${file}` })
  const { config, problems } = readConfig(settings)
  if (!config) throw new Error(problems.join('\n'))
  const lines: string[] = []
  const log = createLog('info', { write: (line) => lines.push(line) })
  const reloads = createReloads(log)
  const security = createSecurity({ log, onEvent: () => {}, now: () => 0 })
  const { outboundMessages: gate } = await createTransport(config, { reloads, security, log })
  const app = Fastify()
  app.get('/', (request) => String(gate.admits(request)))
  t.teardown(() => app.close())
  const admits = async (remoteAddress: string) => (await app.inject({ url: '/', remoteAddress })).body
  const broken = [
    '',
    '# nobody',
    '0.0.0.0/0 ::/0',
    '{"prefixes":[]}',
    '{"prefixes":[{"ip_prefix":["0.0.0.0/0"',
    '127.0.0.1\nx',
  ]
  for (const text of broken) {
    await writeFile(file, text)
    await reloads.check()
    await reloads.check()
    t.equal(await admits('127.0.0.1'), 'true', `who was on it: ${text}`)
    t.equal(await admits('192.0.2.1'), 'false', `who was not: ${text}`)
  }
  await rm(file)
  await reloads.check()
  await reloads.check()
  t.equal(await admits('192.0.2.1'), 'false', 'nor does a list that is gone')
  t.equal(lines.filter((line) => line.includes('setting.not_reloaded')).length, broken.length + 1, 'each is told once')
})

t.test('behind a proxy the list is about who asked the proxy', async (t) => {
  const taken = { FOREIGN_ORGANIZATIONS: 'record', OUTBOUND_MESSAGE_IP_ALLOWLIST: '198.51.100.0/24' }
  const { endpoint } = await createService(t, { ...taken, TRUST_PROXY: '127.0.0.1' })
  t.match(await post(endpoint, '198.51.100.7'), { status: 200 })
  t.match(await post(endpoint, '198.51.100.7, 203.0.113.9'), { status: 403 }, 'the first was made up')
  t.match(await post(endpoint, '203.0.113.9, 127.0.0.9'), { status: 403 })
  t.match(await post(endpoint, '198.51.100.7:443'), { status: 403 }, 'what is no address is on no list')
  t.match(await post(endpoint), { status: 403 })
})

t.test('a broken list is a problem of the settings, so that nothing starts with it', async (t) => {
  const { settings } = await createWorld(t)
  const folder = await mkdtemp(join(tmpdir(), 'soapstone-gates-'))
  t.teardown(() => rm(folder, { recursive: true }))
  for (const [text, why] of [
    ['', 'names no address'],
    ['# none', 'names no address'],
    ['10.0.0.0/99', 'has an entry that is no address'],
    ['{"prefixes":[]}', 'names no address'],
    ['{"prefixes":[{}]}', 'has an entry of prefixes without ip_prefix'],
  ]) {
    const file = join(folder, 'list')
    await writeFile(file, text ?? '')
    const { problems } = readConfig({ ...settings, OUTBOUND_MESSAGE_IP_ALLOWLIST: `@${file}` })
    t.equal(problems.length, 1)
    t.match(problems[0], `OUTBOUND_MESSAGE_IP_ALLOWLIST (${file}) ${why}`)
  }
})
