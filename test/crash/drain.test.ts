import { once } from 'node:events'
import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { createLook } from '../helpers/look.ts'
import { startPostgres } from '../helpers/own-postgres.ts'
import { serveHere, spawnServe } from '../helpers/process.ts'
import { createWorld } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

t.jobs = 3

t.test('SIGTERM ends an idle process, whatever connections are open', async (t) => {
  const { world, look } = await build(t, { DRAIN_SECONDS: '0' })
  const serve = await spawnServe(t, world)
  const orderId = world.salesforce.addOrder()
  await world.salesforce.send({ endpoint: serve.endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  await look.settled(1)
  // Opened by a client to have it ready; nothing has been sent on it.
  const { hostname, port } = new URL(serve.url)
  const silent = connect(Number(port), hostname)
  silent.on('error', () => {})
  t.teardown(() => silent.destroy())
  await once(silent, 'connect')
  await (await fetch(`${serve.url}/health/live`)).text()
  serve.kill('SIGTERM')
  t.match(await serve.exited, { code: 0, signal: null })
  t.match(serve.log.at(-1), { msg: 'soapstone.stopped' })
})

t.test('SIGTERM lets the work in hand end and leaves the rest to the next process', async (t) => {
  const { world, look } = await build(t)
  const { salesforce, whmcs } = world
  whmcs.latencyMs = 50
  const first = await spawnServe(t, world)
  let seen = 0
  whmcs.on('call', ({ action }) => {
    if (action === 'AddOrder' && ++seen === 3) first.kill('SIGTERM')
  })
  const orderIds = Array.from({ length: 20 }, () => salesforce.addOrder())
  await salesforce.send({ endpoint: first.endpoint, orderIds })
  t.match(await first.exited, { code: 0, signal: null })
  const rows = await look.rows()
  t.notOk(
    rows.some(({ state }) => state === 'working'),
    'holds nothing any more',
  )
  t.ok(
    rows.some(({ state }) => state === 'pending'),
    'there is work left',
  )
  const made = whmcs.orders().length
  t.ok(
    whmcs.orders().every(({ status }) => status === 'Active'),
    'what was begun was ended',
  )
  t.equal(whmcs.calls.AddOrder, made)

  await serveHere(t, world)
  for (const orderId of orderIds) await look.once(t, orderId)
  t.match(whmcs.calls, { AddOrder: 20, AcceptOrder: 20 })
  await look.settled(20)
  t.notOk(
    (await look.attempts()).some(({ outcome }) => outcome === 'lost'),
    'nothing had to be rescued',
  )
})

t.test('a signal that is passed on to a process that has it already does not cut the work in hand', async (t) => {
  const { world, look } = await build(t)
  const { salesforce, whmcs } = world
  whmcs.latencyMs = 500
  const serve = await spawnServe(t, world)
  whmcs.on('call', ({ action }) => action === 'AddOrder' && serve.kill('SIGINT'))
  await salesforce.send({ endpoint: serve.endpoint, orderIds: [salesforce.addOrder()] })
  await serve.logged('soapstone.stopping')
  serve.kill('SIGINT')
  t.match(await serve.exited, { code: 0, signal: null })
  t.match(serve.log.at(-1), { msg: 'soapstone.stopped' })
  t.notOk(
    (await look.rows()).some(({ state }) => state === 'working'),
    'holds nothing any more',
  )
})

t.test(
  'a message that is being recorded when SIGTERM comes is answered, and worked on by the next process',
  async (t) => {
    const { world, look } = await build(t)
    const { salesforce } = world
    const first = await spawnServe(t, world)
    const holder = await look.pool.connect()
    await holder.query('begin; lock table ledger.message in share mode')
    const orderId = salesforce.addOrder()
    const sent = salesforce.send({ endpoint: first.endpoint, orderIds: [orderId], giveUpMs: 0 })
    const blocked = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    await until(async () => (await look.pool.query(blocked)).rowCount === 1, 'the insert to wait')
    first.kill('SIGTERM')
    await first.logged('soapstone.stopping')
    await holder.query('rollback')
    holder.release()
    const { acked, attempts, notificationIds } = await sent
    t.match(await first.exited, { code: 0, signal: null })
    // On a machine so slow that the recorder's deadline passes meanwhile, or the process comes round too late, the answer is
    // no; an answer it must be.
    const late = first.log.some(
      ({ msg, reason }) =>
        msg === 'message.overloaded' || (msg === 'message.not_stored' && /no answer in/.test(String(reason))),
    )
    t.match({ acked, attempts }, { acked: !late, attempts: 1 })

    const { endpoint } = await serveHere(t, world)
    if (late) await salesforce.send({ endpoint, orderIds: [orderId], notificationIds })
    await look.once(t, orderId)
    t.equal((await look.settled(1)).length, 1)
  },
)

t.test('what does not end in time is let go of, and exits 0 all the same', async (t) => {
  const { world, look } = await build(t, { DRAIN_SECONDS: '1' })
  const { salesforce, whmcs } = world
  whmcs.faults.push({ on: 'AddOrder', kind: 'hang' })
  const first = await spawnServe(t, world)
  whmcs.on('done', ({ action }) => action === 'AddOrder' && first.kill('SIGTERM'))
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint: first.endpoint, orderIds: [orderId] })
  t.match(await first.exited, { code: 0, signal: null })
  await serveHere(t, world)
  await look.once(t, orderId)
  t.match(whmcs.calls, { AddOrder: 1, AcceptOrder: 1 })
  await look.settled(1)
})

t.test('SIGTERM while the ledger is away exits 0 all the same', async (t) => {
  const server = await startPostgres(t)
  const { world } = await build(t, { DRAIN_SECONDS: '1', DATABASE_URL: server.url })
  const { salesforce, whmcs } = world
  const first = await spawnServe(t, world)
  const look = createLook(t, { ...world, databaseUrl: server.url })
  whmcs.faults.push({ on: 'AddOrder', kind: 'status', status: 502, body: '', delayMs: 500, work: true })
  const reached = new Promise<void>((resolve) => {
    whmcs.on('call', ({ action }) => action === 'AddOrder' && resolve())
  })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint: first.endpoint, orderIds: [orderId] })
  await reached
  await server.pullThePlug()
  await first.logged('stage.settle_failed')
  first.kill('SIGTERM')
  t.match(await first.exited, { code: 0, signal: null })

  await server.startAgain()
  await serveHere(t, world)
  await look.once(t, orderId)
  t.match(whmcs.calls, { AddOrder: 1, AcceptOrder: 1 })
  await look.settled(1)
})

t.test('two processes on one ledger share the work and double none of it', async (t) => {
  const { world, look } = await build(t)
  const { salesforce, whmcs } = world
  // Each holds eight clients at most, so that there is something for the other.
  whmcs.latencyMs = 100
  const serves = await Promise.all([spawnServe(t, world), spawnServe(t, world)])
  const accounts = Array.from({ length: 12 }, () => salesforce.addAccount())
  const orderIds: string[] = []
  const workers = async () => new Set((await look.attempts()).map(({ worker }) => worker))
  // One of them may stand still while the other is at work: there is more until both have had some.
  while (orderIds.length < 36 || (orderIds.length < 600 && (await workers()).size < 2)) {
    const wave = accounts.map((accountId) => salesforce.addOrder({ accountId }))
    await Promise.all(
      wave.map((orderId, i) => {
        const notificationIds = [`04l${String(orderIds.length + i).padStart(12, '0')}AAA`]
        // The same delivery to both, as a balancer in trouble would.
        const endpoints = serves.map(({ endpoint }) => endpoint)
        return Promise.all(
          endpoints.map((endpoint) => salesforce.send({ endpoint, orderIds: [orderId], notificationIds })),
        )
      }),
    )
    for (const orderId of wave) await look.once(t, orderId)
    orderIds.push(...wave)
  }
  const rows = await look.settled(orderIds.length)
  t.ok(rows.every(({ state }) => state === 'completed'))
  t.match(whmcs.calls, { AddOrder: orderIds.length, AcceptOrder: orderIds.length })
  t.same(await workers(), new Set(serves.map(({ worker }) => worker)))
  for (const serve of serves) serve.kill('SIGTERM')
  t.same(
    (await Promise.all(serves.map(({ exited }) => exited))).map(({ code }) => code),
    [0, 0],
  )
})

async function build(t: Test, more: Record<string, string> = {}) {
  const world = await createWorld(t, { LEASE_SECONDS: '2', ...more })
  return { world, look: createLook(t, world) }
}
