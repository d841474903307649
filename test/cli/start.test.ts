/** How `serve` begins and ends when something around it is not well. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { soapstone } from '../helpers/cli.ts'
import { COMPILED } from '../helpers/compiled.ts'
import { closedUrl } from '../helpers/http-server.ts'
import { createLook } from '../helpers/look.ts'
import { nextRelease } from '../helpers/migrations.ts'
import { startPostgres } from '../helpers/own-postgres.ts'
import { type LogLine, spawnServe } from '../helpers/process.ts'
import { createWorld } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

const SETTINGS = {
  SALESFORCE_ORG_ID: '00DSs000000SOAP',
  SALESFORCE_INSTANCE_URL: 'http://127.0.0.1:1',
  SALESFORCE_CLIENT_ID: 'id',
  SALESFORCE_CLIENT_SECRET: 'secret',
  WHMCS_URL: 'http://127.0.0.1:1',
  WHMCS_IDENTIFIER: 'identifier',
  WHMCS_SECRET: 'secret',
  PORT: '0',
  ADMIN_PORT: '0',
}

/** Not waited for, and its output is not read unless the test does. */
function begin(t: Test, settings: Record<string, string>) {
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
  const env = { PATH: process.env.PATH, ...COMPILED, ...SETTINGS, ...settings }
  const child = spawn(process.execPath, [main, 'serve'], {
    cwd: import.meta.dirname,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return { child, exited }
}

t.test('serve waits for a Postgres that is away, says so, and is not ready until it is there', async (t) => {
  const postgres = await startPostgres(t)
  await postgres.pullThePlug()
  const { child, exited } = begin(t, { DATABASE_URL: postgres.url })
  const log: LogLine[] = []
  createInterface({ input: child.stdout }).on('line', (line) => log.push(JSON.parse(line)))
  const logged = (message: string) => until(() => log.find(({ msg }) => msg === message), message)

  const awaited = await logged('ledger.awaited')
  t.match(awaited, { level: 'warn', waitMs: 300_000, err: { message: /^the ledger can't be reached: .*ECONNREFUSED/ } })
  const url = `http://${awaited.address}`
  t.match(await fetch(`${url}/health/live`), { status: 200 })
  const ready = await fetch(`${url}/health/ready`)
  t.same([ready.status, await ready.json()], [503, { ready: false }])
  const message = await fetch(`${url}/outbound-messages/order`, { method: 'POST', body: '<x/>' })
  t.equal(message.status, 503, 'Salesforce sends it again')

  await postgres.startAgain()
  const { address } = await logged('soapstone.started')
  t.match(await fetch(`${address}/health/ready`), { status: 200 })
  t.equal(log.filter(({ msg }) => msg === 'ledger.awaited').length, 1, 'said once')
  child.kill('SIGTERM')
  t.same(await exited, [0, null])
})

t.test('serve waits no longer than DATABASE_WAIT, and not at all when it is told to end', async (t) => {
  const away = `postgres://127.0.0.1:${new URL(await closedUrl()).port}/x`
  const ended = await soapstone(['serve'], { ...SETTINGS, DATABASE_URL: away, DATABASE_WAIT: '0s' })
  t.match(ended, { code: 1, out: '', err: /^soapstone: the ledger can't be reached: .*ECONNREFUSED.*\n$/ })

  const { child, exited } = begin(t, { DATABASE_URL: away })
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  t.same(await exited, [0, null])
})

t.test('serve does not wait for what can not pass by itself', async (t) => {
  const ended = await soapstone(['serve'], { ...SETTINGS, DATABASE_URL: 'postgres://no-such-host.invalid/x' })
  t.match(ended, { code: 1, out: '', err: /no-such-host\.invalid: check the host in DATABASE_URL\n$/ })
})

t.test('SIGTERM ends serve though nobody reads its log', async (t) => {
  const world = await createWorld(t)
  const { child, exited } = begin(t, world.settings)
  // Its first lines say where it listens; then nobody reads on.
  const [first] = await once(child.stdout, 'data')
  let text = String(first)
  while (!text.includes('soapstone.started')) text += String((await once(child.stdout, 'data'))[0])
  child.stdout.pause()
  const [, url] = /"address":"([^"]+)"/.exec(text) ?? []
  // A line each, more than any pipe holds.
  const path = `/${'x'.repeat(2_000)}`
  for (let i = 0; i < 500; i++) t.equal((await fetch(`${url}${path}`)).status, 404)
  child.kill('SIGTERM')
  t.same(await exited, [0, null])
})

t.test('an upgrade in place does not change a running process', async (t) => {
  const world = await createWorld(t)
  const look = createLook(t, world)
  const release = await nextRelease(t, {})
  const serve = await spawnServe(t, world, { release })
  for (const folder of ['src', 'sql', 'wsdl']) await rm(join(release, folder), { recursive: true })
  const orderId = world.salesforce.addOrder()
  await world.salesforce.send({ endpoint: serve.endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  await look.settled(1)
  t.equal((await fetch(`${serve.adminUrl}/metrics`)).status, 200)
  t.match(await (await fetch(`${serve.endpoint}?wsdl`)).text(), '<definitions')
  serve.kill('SIGTERM')
  t.match(await serve.exited, { code: 0, signal: null })
  t.same(
    serve.log.filter(({ level }) => level === 'error'),
    [],
  )
})
