import t from 'tap'
import { createLook } from '../helpers/look.ts'
import { createService, createWorld, startService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

t.test('a pause holds for the next process too, whose first success ends it', async (t) => {
  const world = await createWorld(t)
  const { salesforce, whmcs } = world
  const look = createLook(t, world)
  const first = await startService(t, world)
  // As long as the first process is there: the pause must not end before it is looked at.
  whmcs.faults.push({ on: 'any', times: Infinity, kind: 'error', status: 403, message: 'Invalid IP 127.0.0.1' })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint: `${first.url}/outbound-messages/order`, orderIds: [orderId] })
  await until(async () => (await look.pool.query('select from ledger.pause')).rowCount === 1, 'the pause')
  await first.close()
  whmcs.faults.clear()
  // So that it is in force, however long this machine takes for the next process.
  const { rowCount } = await look.pool.query(`update ledger.pause set until = now() + interval '1 hour'`)
  t.equal(rowCount, 1)
  const asked = whmcs.calls.total

  const log: string[] = []
  const second = await startService(t, world, log)
  const page = async (path: string) => (await fetch(`${second.adminUrl}${path}`)).text()
  t.match(await page('/health/ready'), /Invalid IP/)
  const paused = /soapstone_stage_paused\{organization="127.0.0.1",step="provision"\} 1/
  await until(async () => paused.test(await page('/metrics')), 'the stage that stands still')
  t.equal(whmcs.calls.total, asked, 'WHMCS is left alone')

  await look.pool.query('update ledger.pause set until = now()')
  await look.once(t, orderId)
  t.equal((await look.settled(1)).length, 1)
  await until(() => log.some((line) => line.includes('stage.resumed')), 'the end of the pause')
  t.equal((await look.pool.query('select from ledger.pause')).rowCount, 0)
  t.match(await page('/health/ready'), /"paused":\[\]/)
})

t.test('an order that is withdrawn while WHMCS is away does not say Activating for ever', async (t) => {
  const world = await createService(t)
  const { salesforce, whmcs, endpoint } = world
  const look = createLook(t, world)
  whmcs.faults.push({ on: 'any', times: Infinity, kind: 'status', status: 503, body: '' })
  const said = (orderId: string) => salesforce.record(orderId)?.Provisioning_Status__c
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await until(() => said(orderId) === 'Activating', 'Activating')
  salesforce.update(orderId, { Status: 'Draft' })
  const others = salesforce.addOrder({ fields: { Status: 'Draft', Provisioning_Status__c: 'Activating' } })
  await salesforce.send({ endpoint, orderIds: [orderId, others] })
  t.same((await look.settled(3)).map(({ state }) => state).sort(), ['ignored', 'ignored', 'superseded'])
  t.equal(said(orderId), null)
  t.equal(said(others), 'Activating', 'what Soapstone did not say it does not take back')
  t.same(whmcs.orders(), [])
})
