import t, { type Test } from 'tap'
import { signLink } from '../../src/portal/link.ts'
import { openLine } from '../chaos/proxy.ts'
import { createLook } from '../helpers/look.ts'
import { startPostgres } from '../helpers/own-postgres.ts'
import { click, SECRET } from '../helpers/quick-action.ts'
import { createService, createWorld, startService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

t.jobs = 3

t.test(
  'while the ledger is away nothing is Acked; when it is back the same message is, and is provisioned',
  async (t) => {
    const { salesforce, service, endpoint, log, look, server } = await build(t)
    const before = salesforce.addOrder()
    await salesforce.send({ endpoint, orderIds: [before] })
    await look.once(t, before)
    await server.pullThePlug()

    const orderId = salesforce.addOrder()
    const refused = await salesforce.send({ endpoint, orderIds: [orderId], giveUpMs: 0 })
    t.match(refused, { acked: false, attempts: 1, lastError: /^503/ })
    t.ok(log.some((line) => line.includes('message.not_stored') && line.includes('did not confirm the commit')))
    t.equal((await fetch(`${service.url}/health/live`)).status, 200)
    t.same(await (await fetch(`${service.url}/health/ready`)).json(), { ready: false }, 'and the public hears no more')
    const ready = await fetch(`${service.adminUrl}/health/ready`)
    t.equal(ready.status, 503)
    t.match(await ready.json(), { ready: false, ledger: 'down' })
    t.equal((await fetch(`${service.adminUrl}/metrics`)).status, 200)

    await server.startAgain()
    const { notificationIds } = refused
    t.match(await salesforce.send({ endpoint, orderIds: [orderId], notificationIds }), { acked: true })
    await look.once(t, orderId)
    t.same((await look.settled(2)).map((row) => row.notification_id).includes(notificationIds[0] ?? ''), true)
    await until(async () => (await fetch(`${service.url}/health/ready`)).status === 200, 'ready again')
  },
)

t.test('a ledger that does not answer in time is not waited for: Ack false, by our own deadline', async (t) => {
  const { salesforce, endpoint, log, look } = await build(t)
  const holder = await look.pool.connect()
  await holder.query('begin; lock table ledger.notification in access exclusive mode')
  const orderId = salesforce.addOrder()
  const refused = await salesforce.send({ endpoint, orderIds: [orderId], giveUpMs: 0 })
  await holder.query('rollback')
  holder.release()
  t.match(refused, { acked: false, lastError: /^503/ })
  const reasons = log.filter((line) => line.includes('message.not_stored')).map((line) => JSON.parse(line).reason)
  t.match(reasons, [
    /did not confirm the commit: (?:no answer in 4000 ms|canceling statement due to statement timeout)/,
  ])
  const { notificationIds } = refused
  t.match(await salesforce.send({ endpoint, orderIds: [orderId], notificationIds }), { acked: true })
  await look.once(t, orderId)
  t.equal((await look.settled(1)).length, 1)
})

t.test('while the ledger is away clicks and portals are told to come again, and then they are served', async (t) => {
  const more = { SF_WEBHOOK_SECRET: SECRET, PORTAL_LINK_SECRET: SECRET }
  const { salesforce, service, look, server } = await build(t, more)
  const orderId = salesforce.addOrder()
  t.match(await click(service.url, { orderId, wait: 30 }), { status: 200 })
  await server.pullThePlug()
  const query = signLink(orderId, new Date(Date.now() + 600_000), SECRET)
  for (const path of ['', '/events']) {
    const asked = await fetch(`${service.url}/orders/${orderId}${path}?${query}`)
    t.match(
      { status: asked.status, body: await asked.json() },
      { status: 503, body: { code: 'LEDGER_AWAY', detail: /./ } },
    )
  }
  const other = salesforce.addOrder()
  for (const wait of [0, 5]) {
    t.match(await click(service.url, { orderId: other, wait }), { status: 503, body: { code: 'LEDGER_AWAY' } })
  }
  await server.startAgain()
  await until(async () => (await fetch(`${service.url}/health/ready`)).status === 200, 'ready again')
  t.match(await click(service.url, { orderId: other, wait: 30 }), { status: 200 })
  await look.once(t, other)
  t.equal((await fetch(`${service.url}/orders/${orderId}?${query}`)).status, 200)
})

// After AcceptOrder there is only the settlement to write, which is tried until it is written.
const RELEASED = { AddOrder: [{ step: 'provision', outcome: 'released' }], AcceptOrder: [] }

for (const moment of ['AddOrder', 'AcceptOrder'] as const) {
  t.test(`a ledger that is away when ${moment} returns burns no attempt of that order`, async (t) => {
    const world = await createWorld(t, { LEASE_SECONDS: '60' })
    const { salesforce, whmcs, databaseUrl } = world
    const look = createLook(t, world)
    let away = false
    const line = await openLine(() => (away ? undefined : Number(new URL(databaseUrl).port)))
    t.teardown(() => line.close())
    const throughLine = Object.assign(new URL(databaseUrl), { port: String(line.port) }).href
    const log: string[] = []
    const settings = { ...world.settings, DATABASE_URL: throughLine }
    const { url } = await startService(t, { ...world, settings }, log)
    // Before the answer goes out.
    whmcs.on('done', ({ action }) => {
      if (action !== moment) return
      away = true
      line.reset()
    })
    const orderId = salesforce.addOrder()
    await salesforce.send({ endpoint: `${url}/outbound-messages/order`, orderIds: [orderId] })
    await until(() => log.some((entry) => entry.includes('stage.settle_failed')), 'the settlement that fails')
    away = false
    await look.once(t, orderId)
    t.match(await look.settled(1), [{ state: 'completed', attempts: 0 }])
    const attempts = await look.attempts()
    const released = attempts.filter(({ code }) => code === 'LEDGER_AWAY')
    t.same(
      released.map(({ step, outcome }) => ({ step, outcome })),
      RELEASED[moment],
    )
    t.notOk(attempts.some(({ outcome }) => outcome === 'retry'))
    t.match(whmcs.calls, { AddOrder: 1, AcceptOrder: 1 })
  })
}

t.test('whatever is Acked while the ledger restarts is in it afterwards, and is provisioned once', async (t) => {
  const { salesforce, whmcs, endpoint, look, server } = await build(t)
  const orderIds = Array.from({ length: 90 }, () => salesforce.addOrder())
  const waiting = [...orderIds]
  const acked: string[] = []
  let resent = 0
  async function sendAll(): Promise<void> {
    for (let orderId = waiting.pop(); orderId !== undefined; orderId = waiting.pop()) {
      const delivery = await salesforce.send({ endpoint, orderIds: [orderId], retryMs: 50 })
      if (delivery.acked) acked.push(...delivery.notificationIds)
      if (delivery.attempts > 1) resent += 1
    }
  }
  const senders = Promise.all([1, 2, 3, 4, 5, 6].map(sendAll))
  await until(() => acked.length >= 20, 'the first twenty Acks')
  await server.pullThePlug()
  await server.startAgain()
  await senders
  t.equal(acked.length, 90)
  t.ok(resent > 0, `${resent} were sent again`)
  const rows = await look.settled(90)
  t.same(rows.map((row) => row.notification_id).sort(), acked.sort())
  for (const orderId of orderIds) await look.once(t, orderId)
  t.equal(whmcs.orders().length, 90)
})

async function build(t: Test, more: Record<string, string> = {}) {
  const server = await startPostgres(t)
  const world = await createService(t, { DATABASE_URL: server.url, ...more })
  return { ...world, server, look: createLook(t, { ...world, databaseUrl: server.url }) }
}
