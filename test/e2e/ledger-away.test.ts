import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { openEmbedded } from '../../src/ledger/embedded.ts'
import { createLook } from '../helpers/look.ts'
import { createService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

t.jobs = 3

t.test(
  'while the ledger is away nothing is Acked; when it is back the same message is, and is provisioned',
  async (t) => {
    const { salesforce, service, endpoint, log, look, server } = await build(t)
    const before = salesforce.addOrder()
    await salesforce.send({ endpoint, orderIds: [before] })
    await look.once(t, before)
    await server.stop('immediate')

    const orderId = salesforce.addOrder()
    const refused = await salesforce.send({ endpoint, orderIds: [orderId], giveUpMs: 0 })
    t.match(refused, { acked: false, attempts: 1, lastError: /^503/ })
    t.ok(log.some((line) => line.includes('message.not_stored') && line.includes('did not confirm the commit')))
    t.equal((await fetch(`${service.url}/health/live`)).status, 200)
    const ready = await fetch(`${service.url}/health/ready`)
    t.equal(ready.status, 503)
    t.match(await ready.json(), { ready: false, ledger: 'down' })
    t.equal((await fetch(`${service.url}/metrics`)).status, 200)

    await server.start()
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
  await server.stop('immediate')
  await server.start()
  await senders
  t.equal(acked.length, 90)
  t.ok(resent > 0, `${resent} were sent again`)
  const rows = await look.settled(90)
  t.same(rows.map((row) => row.notification_id).sort(), acked.sort())
  for (const orderId of orderIds) await look.once(t, orderId)
  t.equal(whmcs.orders().length, 90)
})

/** The service on a Postgres of its own, which may be stopped. */
async function build(t: Test) {
  const name = `e2e-${randomBytes(4).toString('hex')}`
  const folder = fileURLToPath(new URL(`../../.soapstone/${name}`, import.meta.url))
  let server = await openEmbedded({ folder })
  t.teardown(async () => {
    await server.stop('immediate')
    await rm(folder, { recursive: true })
  })
  const world = await createService(t, { DATABASE_URL: server.url })
  return {
    ...world,
    look: createLook(t, { ...world, databaseUrl: server.url }),
    server: {
      stop: (mode: 'immediate') => server.stop(mode),
      async start() {
        server = await openEmbedded({ folder })
      },
    },
  }
}
