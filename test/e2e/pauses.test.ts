import t from 'tap'
import { createLook } from '../helpers/look.ts'
import { createWorld, startService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

t.test('a pause that a process left behind when it ended is not shown for ever', async (t) => {
  const world = await createWorld(t)
  const { salesforce, whmcs } = world
  const look = createLook(t, world)
  const first = await startService(t, world)
  whmcs.faults.push({ on: 'any', kind: 'error', status: 403, message: 'Invalid IP 127.0.0.1' })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint: `${first.url}/outbound-messages/order`, orderIds: [orderId] })
  await until(async () => (await look.pool.query('select from ledger.pause')).rowCount === 1, 'the pause')
  await first.close()

  const second = await startService(t, world)
  const ready = async () => (await fetch(`${second.url}/health/ready`)).text()
  t.match(await ready(), /Invalid IP/, 'it holds for the next process too')
  await look.once(t, orderId)
  await until(async () => (await ready()).includes('"paused":[]'), 'no pause any more')
  t.equal((await look.settled(1)).length, 1)
})
