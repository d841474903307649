import t from 'tap'
import { createLook } from '../helpers/look.ts'
import { createWorld, startService } from '../helpers/service.ts'

t.test('one process listens and another works: the order is provisioned, and each does its half alone', async (t) => {
  const world = await createWorld(t)
  const { salesforce } = world
  const look = createLook(t, world)
  const listener = await startService(t, world, [], 'listen')
  const orderId = salesforce.addOrder()
  const endpoint = `${listener.url}/outbound-messages/order`
  t.match(await salesforce.send({ endpoint, orderIds: [orderId] }), { acked: true })
  t.match(await look.rows(), [{ state: 'pending', step: 'callback' }])
  t.match(await look.attempts(), [])

  const log: string[] = []
  const worker = await startService(t, world, log, 'work')
  await look.once(t, orderId)
  t.match(await look.settled(1), [{ state: 'completed' }])
  const answer = await fetch(`${worker.url}/outbound-messages/order`, { method: 'POST', body: '<a/>' })
  t.equal(answer.status, 404, 'whoever works alone has no door')
  for (const half of [listener, worker]) {
    t.same(await (await fetch(`${half.url}/health/ready`)).json(), { ready: true })
    t.match(await (await fetch(`${half.adminUrl}/health/ready`)).json(), { ready: true, ledger: 'up', paused: [] })
    t.match(await (await fetch(`${half.adminUrl}/metrics`)).text(), /soapstone_messages_total/)
  }
  t.equal((await fetch(`${listener.adminUrl}/api/status`)).status, 404, 'whoever listens alone has no API')
  t.equal((await fetch(`${listener.adminUrl}/admin/`)).status, 404, 'and no page')
  t.equal((await fetch(`${worker.adminUrl}/api/status`)).status, 401)
  const workers = new Set((await look.attempts()).map((attempt) => attempt.worker))
  t.same([...workers], [workerIn(log)])
})

function workerIn(log: string[]): unknown {
  const started = log.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'soapstone.started')
  return started?.worker
}
