import t from 'tap'
import { openLine } from '../chaos/proxy.ts'
import { createLook } from '../helpers/look.ts'
import { spawnServe } from '../helpers/process.ts'
import { createWorld } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

t.test('a process that is frozen while the ledger writes its intent does not send what another has sent', async (t) => {
  const world = await createWorld(t, { LEASE_SECONDS: '2' })
  const { salesforce, whmcs } = world
  const look = createLook(t, world)
  let frozen = false
  const line = await openLine(
    () => Number(new URL(world.databaseUrl).port),
    (bytes) => {
      // The name of the prepared statement.
      if (frozen || !bytes.includes('intend\0')) return
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

  await spawnServe(t, world)
  await look.once(t, orderId)
  await look.settled(1)
  first.kill('SIGCONT')
  await first.logged('notification.lease_lost')

  t.equal(whmcs.calls.AddOrder, 1, 'sent once, by the other')
  t.equal(whmcs.orders().length, 1)
})
