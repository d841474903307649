import t from 'tap'
import { createLook } from '../helpers/look.ts'
import { createService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'
import type { Whmcs } from '../simulators/whmcs.ts'

t.jobs = 2

t.test('WHMCS sees the orders of one client one after the other, and several clients at a time', async (t) => {
  const world = await createService(t)
  const { salesforce, whmcs, endpoint } = world
  const look = createLook(t, world)
  whmcs.latencyMs = 20
  const seen = watch(whmcs)
  const accounts = [salesforce.addAccount(), salesforce.addAccount(), salesforce.addAccount()]
  const orderIds = Array.from({ length: 15 }, (_, i) => salesforce.addOrder({ accountId: accounts[i % 3] ?? '' }))
  await salesforce.send({ endpoint, orderIds })
  for (const orderId of orderIds) await look.once(t, orderId)
  t.equal(seen.mostOfOneClient, 1)
  t.ok(seen.mostInAll > 1 && seen.mostInAll <= 4, `${seen.mostInAll} at a time`)
  await look.settled(15)
})

t.test("one client's pile of orders does not hold up another client's", async (t) => {
  const world = await createService(t)
  const { salesforce, whmcs, endpoint } = world
  const look = createLook(t, world)
  whmcs.latencyMs = 20
  const accountId = salesforce.addAccount()
  const pile = Array.from({ length: 30 }, () => salesforce.addOrder({ accountId }))
  const others = [salesforce.addOrder(), salesforce.addOrder()]
  // As after an outage of WHMCS: all of them are due when it goes on.
  await look.pool.query(
    "insert into ledger.pause values ($1, 'provision', now() + interval '1 minute', 'TEST', '', '')",
    [salesforce.organizationId],
  )
  await salesforce.send({ endpoint, orderIds: pile })
  await salesforce.send({ endpoint, orderIds: others })
  const waiting = "select from ledger.inbox where step = 'provision' and state = 'pending'"
  await until(async () => (await look.pool.query(waiting)).rowCount === 32, 'all wait for WHMCS')
  await look.pool.query('delete from ledger.pause')
  for (const other of others) await look.once(t, other)
  const before = pile.filter((orderId) => whmcs.ordersFor(orderId).length > 0).length
  t.ok(before < 15, `${before} of the pile were made before`)
  await look.settled(32)
})

/** How many AddOrder were under way at the same time. */
function watch(whmcs: Whmcs) {
  const under = new Map<unknown, number>()
  const seen = { mostOfOneClient: 0, mostInAll: 0 }
  const change = (client: unknown, by: number) => {
    under.set(client, (under.get(client) ?? 0) + by)
    const counts = [...under.values()]
    seen.mostOfOneClient = Math.max(seen.mostOfOneClient, ...counts)
    seen.mostInAll = Math.max(
      seen.mostInAll,
      counts.reduce((sum, count) => sum + count, 0),
    )
  }
  whmcs.on('call', ({ action, params }) => action === 'AddOrder' && change(params.clientid, 1))
  whmcs.on('done', ({ action, params }) => action === 'AddOrder' && change(params.clientid, -1))
  return seen
}
