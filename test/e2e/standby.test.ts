import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { createLook } from '../helpers/look.ts'
import { openPair } from '../helpers/pair.ts'
import { createService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

const name = `standby-${randomBytes(4).toString('hex')}`
const folder = fileURLToPath(new URL(`../../.soapstone/${name}`, import.meta.url))
const pair = await openPair({ folder, commits: 'waits' })
t.teardown(() => pair.close())
const { first, second } = pair

t.test('while commits wait for a dead standby nothing is ready, nothing is Acked and nothing piles up', async (t) => {
  const { service, salesforce, endpoint, look } = await build(t)
  const ready = () => readiness(service.adminUrl)
  const before = salesforce.addOrder()
  t.match(await salesforce.send({ endpoint, orderIds: [before] }), { acked: true })
  await look.once(t, before)
  await second.freeze()

  const orderId = salesforce.addOrder()
  const refused = await Promise.all(
    Array.from({ length: 20 }, () => salesforce.send({ endpoint, orderIds: [orderId], giveUpMs: 0 })),
  )
  t.ok(refused.every(({ acked }) => !acked))
  t.match(await until(async () => !(await ready()).ready && (await ready()), 'not ready'), {
    ledger: 'down',
    reason: /no answer|not answered|no commit/,
  })
  for (let i = 0; i < 20; i++) await salesforce.send({ endpoint, orderIds: [orderId], giveUpMs: 0 })
  const [count] = await first.ask<{ n: number }>(
    "select count(*)::integer as n from pg_stat_activity where application_name like 'soapstone%'",
  )
  t.ok((count?.n ?? 99) <= 17, `${count?.n} connections`)

  await second.thaw()
  await until(async () => (await ready()).ready, 'ready again')
  t.match(await salesforce.send({ endpoint, orderIds: [orderId] }), { acked: true })
  await look.once(t, orderId)
})

t.test('a commit whose wait for the standby was cancelled is not Acked', async (t) => {
  const { salesforce, endpoint, look } = await build(t)
  await second.freeze()
  const orderId = salesforce.addOrder()
  const sent = salesforce.send({ endpoint, orderIds: [orderId], giveUpMs: 0 })
  const cancel = `select pg_cancel_backend(pid) from pg_stat_activity
    where wait_event = 'SyncRep' and application_name = 'soapstone recorder'`
  await until(async () => (await first.ask(cancel)).length > 0, 'the wait')
  const delivery = await sent
  t.match(delivery, { acked: false, lastError: /^503/ })
  const stored = await look.pool.query('select from ledger.notification where record_id = $1', [orderId])
  t.equal(stored.rowCount, 1, 'though it is there')
  await second.thaw()
})

t.test('a message whose rows are there already is Acked only when the standby has them', async (t) => {
  const { salesforce, endpoint } = await build(t)
  await second.freeze()
  const orderId = salesforce.addOrder()
  const sent = salesforce.send({ endpoint, orderIds: [orderId], giveUpMs: 0 })
  const end = `select pg_terminate_backend(pid) from pg_stat_activity
    where wait_event = 'SyncRep' and application_name = 'soapstone recorder'`
  await until(async () => (await first.ask(end)).length > 0, 'the wait')
  const { acked, notificationIds } = await sent
  t.notOk(acked)
  const stored = `select from ledger.notification where record_id = '${orderId}'`
  await until(async () => (await first.ask(stored)).length === 1, 'its row, on this server alone')
  const again = { endpoint, orderIds: [orderId], notificationIds }
  t.match(await salesforce.send({ ...again, giveUpMs: 0 }), { acked: false })
  await second.thaw()
  t.match(await salesforce.send(again), { acked: true })
})

t.test('a server that becomes read-only is not ready, and says why', async (t) => {
  const { service, salesforce, endpoint } = await build(t)
  const ready = () => readiness(service.adminUrl)
  await until(async () => (await ready()).ready, 'ready')
  await first.ask('alter system set default_transaction_read_only = on')
  await first.ask('select pg_reload_conf()')
  t.match(await until(async () => !(await ready()).ready && (await ready()), 'not ready'), { reason: /read-only/ })
  t.match(await salesforce.send({ endpoint, orderIds: [salesforce.addOrder()], giveUpMs: 0 }), { acked: false })
  await first.ask('alter system reset default_transaction_read_only')
  await first.ask('select pg_reload_conf()')
  await until(async () => (await ready()).ready, 'ready again')
  t.match(await salesforce.send({ endpoint, orderIds: [salesforce.addOrder()] }), { acked: true })
})

async function build(t: Test) {
  const world = await createService(t, { DATABASE_URL: first.url })
  return { ...world, look: createLook(t, { ...world, databaseUrl: first.url }) }
}

async function readiness(url: string | undefined): Promise<{ ready: boolean; reason?: string }> {
  return JSON.parse(await (await fetch(`${url}/health/ready`)).text())
}
