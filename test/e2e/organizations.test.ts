/** Two organisations in one installation: own logins, own WHMCS, and neither waits for the other. */
import t, { type Test } from 'tap'
import { organizationsOf } from '../../src/config/organizations.ts'
import { readConfig } from '../../src/config/read.ts'
import { createBenchOn } from '../helpers/ledger.ts'
import { createOrganizations } from '../helpers/organizations.ts'
import { startService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'
import type { Salesforce } from '../simulators/salesforce.ts'

async function build(t: Test) {
  const world = await createOrganizations(t)
  const log: string[] = []
  const service = await startService(t, world, log)
  /** As SIGHUP does. */
  const reload = async (...entries: unknown[]) => {
    world.write(...entries)
    const { config, problems } = readConfig(world.settings)
    if (config === undefined) throw new Error(problems.join('\n'))
    await service.reload(organizationsOf(config))
  }
  const endpoint = `${service.url}/outbound-messages/order`
  return { ...world, log, reload, service, endpoint, bench: createBenchOn(t, world.databaseUrl) }
}

const statusOf = (salesforce: Salesforce, id: string) => salesforce.record(id)?.Provisioning_Status__c

t.test('each organisation has its own login and WHMCS, and an outage of one does not stop the other', async (t) => {
  const { first, second, endpoint, bench } = await build(t)
  first.whmcs.refuses = () => 'Authentication Failed'
  const [waits, goes] = [first.salesforce.addOrder(), second.salesforce.addOrder()]
  t.ok((await first.salesforce.send({ endpoint, orderIds: [waits] })).acked)
  t.ok((await second.salesforce.send({ endpoint, orderIds: [goes] })).acked)
  await until(() => statusOf(second.salesforce, goes) === 'Provisioned', 'the second goes on')
  t.equal(second.whmcs.ordersFor(goes).length, 1)
  t.equal(first.whmcs.ordersFor(goes).length, 0)
  t.same(
    await bench.rows('select distinct organization_id from ledger.overview order by 1'),
    [first.salesforce.organizationId, second.salesforce.organizationId]
      .sort()
      .map((organization_id) => ({ organization_id })),
  )
})

t.test('an organisation is added and removed while it runs, but not with open work', async (t) => {
  const { first, second, endpoint, bench, reload, log } = await build(t)
  const said = (message: string) => log.some((line) => JSON.parse(line).msg === message)
  await reload(first.entry)
  t.ok(said('organization.removed'))
  const orderId = second.salesforce.addOrder()
  const delivery = await second.salesforce.send({ endpoint, orderIds: [orderId], giveUpMs: 0 })
  t.notOk(delivery.acked, 'its messages are refused')

  await reload(first.entry, second.entry)
  t.ok(said('organization.added'))
  t.ok((await second.salesforce.send({ endpoint, orderIds: [orderId] })).acked)
  await until(() => statusOf(second.salesforce, orderId) === 'Provisioned', 'its orders are worked on')

  second.whmcs.refuses = () => 'Authentication Failed'
  const open = second.salesforce.addOrder()
  await second.salesforce.send({ endpoint, orderIds: [open] })
  await until(async () => (await bench.rows('select from ledger.pause')).length > 0, 'it waits')
  await reload(first.entry)
  t.ok(said('organization.not_removed'))
  t.ok((await second.salesforce.send({ endpoint, orderIds: [open] })).acked, 'its messages are taken still')
})
