import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Service } from '../../src/service/start.ts'
import { soapstone } from '../helpers/cli.ts'
import { createLook } from '../helpers/look.ts'
import { createService, createWorld, startService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

/** Two products of one order, each with its marker's custom field; WHMCS drops the notes. */
const PRODUCTS = [
  { pid: 185, customFields: [{ id: 12, name: 'Salesforce' }] },
  { pid: 242, customFields: [{ id: 13, name: 'Salesforce' }] },
]

t.test('an order whose reply was lost is found by the custom field of its products', async (t) => {
  const folder = t.testdir()
  const mapping = join(folder, 'mapping.json')
  await writeFile(mapping, JSON.stringify({ markerFields: { 185: 12, 242: '13' } }))
  const { salesforce, whmcs, endpoint, look } = await build(t, { WHMCS_MARKER: 'custom-field', MAPPING_FILE: mapping })
  for (const product of PRODUCTS) whmcs.addProduct(product)
  whmcs.faults.push({ on: 'AddOrder', kind: 'lost-reply' })
  const items = PRODUCTS.map(({ pid }) => ({ productId: salesforce.addProduct({ WHMCS_Product_ID__c: String(pid) }) }))
  // Twice the same product: only the marker tells which service is which item.
  const orderId = salesforce.addOrder({ items: [...items, ...items.slice(0, 1)] })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const order = await look.order(orderId, 'Provisioned')
  const [made, ...more] = whmcs.orders()
  t.same(more, [], 'WHMCS has it once')
  t.equal(order.WHMCS_Order_ID__c, String(made?.id))
  t.equal(made?.status, 'Active')
  const [completed] = await look.settled(1)
  const { rows } = await look.pool.query('select service_ids from ledger.provisionings')
  t.equal(Object.keys(rows[0]?.service_ids ?? {}).length, 3, 'every item knows its service')
  t.equal(completed?.state, 'completed')
})

t.test('without a marker, new orders of the client stop for a person, who resolves it', async (t) => {
  const { salesforce, whmcs, endpoint, look, settings } = await build(t, { WHMCS_MARKER: 'none' })
  const strangers = String(whmcs.seedOrder({ clientId: 7, notes: '' }))
  whmcs.faults.push({ on: 'AddOrder', kind: 'lost-reply' })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  t.match(await look.settled(1), [{ state: 'dead', error_code: 'WHMCS_ORDER_AMBIGUOUS' }])
  const made = whmcs.orders().find(({ id }) => String(id) !== strangers)
  t.match((await look.rows())[0]?.error_message, String(made?.id), 'it names the order that may be it')

  const run = (...args: string[]) => soapstone(['resolve', orderId, ...args], settings)
  t.match(await run('--reason', 'x'), { code: 2, err: /either --whmcs-order <id> or --not-created/ })
  t.match(await run('--whmcs-order', strangers, '--reason', 'mistyped'), {
    code: 1,
    err: /nothing was changed\. WHMCS order \d+ belongs to client 7/,
  })
  t.match(await look.rows(), [{ state: 'dead', error_code: 'WHMCS_ORDER_AMBIGUOUS' }])
  t.match(await run('--whmcs-order', String(made?.id), '--reason', 'seen in WHMCS'), {
    code: 0,
    out: /goes on at callback/,
  })
  const order = await look.order(orderId, 'Provisioned')
  t.equal(order.WHMCS_Order_ID__c, String(made?.id))
  await look.settled(1)
  t.equal(whmcs.orders().length, 2)
  t.match(await run('--not-created', '--reason', 'again'), { code: 1, err: /only dead letters are resolved/ })
})

t.test('without a marker, an order that WHMCS never got is sent again', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t, { WHMCS_MARKER: 'none' })
  whmcs.faults.push({ on: 'AddOrder', kind: 'hang-before' })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.order(orderId, 'Provisioned')
  t.match(await look.settled(1), [{ state: 'completed' }])
  t.equal(whmcs.orders().length, 1)
  t.equal(whmcs.calls.AddOrder, 2)
})

t.test(
  'where WHMCS does not return notes, an order whose reply was lost stops for a person and is not doubled',
  async (t) => {
    const world = await createWorld(t, { WHMCS_TIMEOUT: '500ms' }, { notes: false })
    const { salesforce, whmcs } = world
    const look = createLook(t, world)
    const log: string[] = []
    const first = await startService(t, world, log)
    const ready = async ({ adminUrl }: Service) => (await fetch(`${adminUrl}/health/ready`)).text()
    t.match(await ready(first), '"marker":"unknown"', 'a new installation')
    const accountId = salesforce.addAccount()
    const before = salesforce.addOrder({ accountId })
    await salesforce.send({ endpoint: `${first.url}/outbound-messages/order`, orderIds: [before] })
    await look.order(before, 'Provisioned')
    await until(async () => (await ready(first)).includes('"marker":"unreadable"'), 'the look at its marker')
    t.match(
      log.filter((line) => line.includes('whmcs.marker_unreadable')).map((line) => JSON.parse(line)),
      [{ level: 'error', orderId: before, remedy: /custom-field/ }],
    )
    await first.close()

    // Another process has only the ledger to go by.
    const second = await startService(t, world)
    whmcs.faults.push({ on: 'AddOrder', kind: 'lost-reply' })
    const orderId = salesforce.addOrder({ accountId })
    await salesforce.send({ endpoint: `${second.url}/outbound-messages/order`, orderIds: [orderId] })
    t.match(await look.settled(2), [{ state: 'completed' }, { state: 'dead', error_code: 'WHMCS_ORDER_AMBIGUOUS' }])
    t.match(await ready(second), '"marker":"unreadable"')
    t.equal(whmcs.orders().length, 2)
    t.equal(whmcs.calls.AddOrder, 2)
  },
)

async function build(t: Test, more: Record<string, string>) {
  const world = await createService(t, { WHMCS_TIMEOUT: '500ms', ...more })
  return { ...world, look: createLook(t, world) }
}
