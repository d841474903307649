import t from 'tap'
import { openLine } from '../chaos/proxy.ts'
import { positions } from '../helpers/long.ts'
import { createLook } from '../helpers/look.ts'
import { serveHere, spawnServe } from '../helpers/process.ts'
import { createWorld } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

t.jobs = 4

// When it wakes, the answer of the ledger is there already: it is heard before any timer of the lease.
const STATEMENTS = {
  'save-snapshots': 'keeps what callback read',
  intend: 'writes the intent',
  'add-order': 'writes which order WHMCS made',
}

for (const [statement, what] of positions(STATEMENTS, ['intend'])) {
  t.test(`a process that is frozen while the ledger ${what} does nothing that another has done`, async (t) => {
    const world = await createWorld(t, { LEASE_SECONDS: '2' })
    const { salesforce, whmcs } = world
    const look = createLook(t, world)
    let frozen = false
    const line = await openLine(
      () => Number(new URL(world.databaseUrl).port),
      (bytes) => {
        // Prepared statements go by their names.
        if (frozen || !bytes.includes(`${statement}\0`)) return
        frozen = true
        first.kill('SIGSTOP')
      },
    )
    t.teardown(() => line.close())
    const throughLine = Object.assign(new URL(world.databaseUrl), { port: String(line.port) }).href
    const first = await spawnServe(t, world, { DATABASE_URL: throughLine })
    const orderId = salesforce.addOrder()
    await salesforce.send({ endpoint: first.endpoint, orderIds: [orderId] })
    await until(() => frozen, 'the freeze')

    await serveHere(t, world)
    await look.once(t, orderId)
    const [done] = await look.settled(1)
    const calls = { ...whmcs.calls }
    first.kill('SIGCONT')
    await first.logged('notification.lease_lost')

    t.same(await look.settled(1), [done], 'the notification is as it was')
    await look.once(t, orderId)
    t.match(whmcs.calls, { AddOrder: calls.AddOrder, AcceptOrder: calls.AcceptOrder })
    t.equal(calls.AddOrder, 1)
    t.equal(whmcs.orders().length, 1)
  })
}
