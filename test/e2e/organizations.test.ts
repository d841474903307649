/** Two organisations in one installation: own logins, own WHMCS, and neither waits for the other. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createBenchOn } from '../helpers/ledger.ts'
import { createWorld, startService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'
import { type Salesforce, startSalesforce } from '../simulators/salesforce.ts'
import { settingsOf } from '../simulators/settings.ts'
import { startWhmcs, type Whmcs } from '../simulators/whmcs.ts'

const OTHER = '00DOther0000001'

function entryOf(name: string, salesforce: Salesforce, whmcs: Whmcs) {
  const settings: Record<string, string> = settingsOf(salesforce, whmcs)
  return {
    entry: {
      name,
      id: settings.SALESFORCE_ORG_ID,
      instanceUrl: settings.SALESFORCE_INSTANCE_URL,
      clientId: settings.SALESFORCE_CLIENT_ID,
      clientSecretEnv: `${name.toUpperCase()}_SECRET`,
      whmcs: {
        url: settings.WHMCS_URL,
        identifier: settings.WHMCS_IDENTIFIER,
        secretEnv: `${name.toUpperCase()}_WHMCS_SECRET`,
      },
    },
    secrets: {
      [`${name.toUpperCase()}_SECRET`]: settings.SALESFORCE_CLIENT_SECRET ?? '',
      [`${name.toUpperCase()}_WHMCS_SECRET`]: settings.WHMCS_SECRET ?? '',
    },
  }
}

async function build(t: Test) {
  const world = await createWorld(t)
  const [salesforce, whmcs] = await Promise.all([startSalesforce({ organizationId: OTHER }), startWhmcs()])
  t.teardown(() => Promise.all([salesforce.close(), whmcs.close()]))
  const [first, second] = [entryOf('first', world.salesforce, world.whmcs), entryOf('second', salesforce, whmcs)]
  const path = join(mkdtempSync(join(tmpdir(), 'organizations-')), 'organizations.json')
  writeFileSync(path, JSON.stringify({ organizations: [first.entry, second.entry] }))
  const shared = Object.entries(world.settings).filter(
    ([name]) => !/^(?:SALESFORCE_(?:ORG|INST|CLI)|WHMCS_(?:URL|ID|SE))/.test(name),
  )
  const settings = { ...Object.fromEntries(shared), ...first.secrets, ...second.secrets, ORGANIZATIONS_FILE: path }
  const service = await startService(t, { ...world, settings })
  return {
    first: world,
    second: { salesforce, whmcs },
    service,
    endpoint: `${service.url}/outbound-messages/order`,
    bench: createBenchOn(t, world.databaseUrl),
  }
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
