/** Orders that WHMCS will not take, in words that nobody knows: they end by themselves and hold up nobody. */
import t, { type Test } from 'tap'
import { createLook } from '../helpers/look.ts'
import { createService } from '../helpers/service.ts'
import type { WhmcsCall } from '../simulators/whmcs.ts'

t.jobs = 4

const POISON = '666'

/** What only the poisoned orders meet: a product, a client, the server of a module. */
const KINDS: Record<string, (call: WhmcsCall, clientId: number) => string | undefined> = {
  'a product': ({ action, params }) =>
    action === 'AddOrder' && JSON.stringify(params.pid).includes(POISON) ? 'Stock service said: no' : undefined,
  'a client': ({ params }, clientId) =>
    Number(params.clientid ?? params.userid) === clientId ? 'A hook failed for this client' : undefined,
  'a module server': ({ action, order }) =>
    action === 'AcceptOrder' && order?.services.some(({ pid }) => String(pid) === POISON)
      ? 'Failed to connect to panel.test port 2087: Connection refused'
      : undefined,
}

for (const [name, refuses] of Object.entries(KINDS)) {
  t.test(`forty orders of ${name} that WHMCS refuses in its own words hold up no others`, async (t) => {
    const { salesforce, whmcs, endpoint, look } = await build(t)
    const accountId = salesforce.addAccount()
    const clientId = Number(salesforce.record(accountId)?.WHMCS_Client_ID__c)
    const productId = salesforce.addProduct({ WHMCS_Product_ID__c: POISON })
    whmcs.refuses = (call) => refuses(call, clientId)
    const poisoned = Array.from({ length: 40 }, () =>
      salesforce.addOrder({ items: [{ productId }], ...(name === 'a client' && { accountId }) }),
    )
    const healthy = Array.from({ length: 20 }, () => salesforce.addOrder())
    await salesforce.send({ endpoint, orderIds: poisoned })
    await salesforce.send({ endpoint, orderIds: healthy })
    for (const orderId of healthy) await look.once(t, orderId)
    const { rows } = await look.pool.query('select from ledger.pause')
    t.equal(rows.length, 0, 'no stage stands still')
    const done = (await look.rows()).filter(({ state }) => state === 'completed')
    t.equal(done.length, 20)
  })
}

t.test('a module whose server hangs takes no more than one place from orders of other products', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t, { WHMCS_TIMEOUT: '1s' })
  const productId = salesforce.addProduct({ WHMCS_Product_ID__c: POISON })
  whmcs.on('call', ({ action, order }) => {
    const hangs = order?.services.some(({ pid }) => String(pid) === POISON)
    if (action === 'AcceptOrder' && hangs) whmcs.faults.push({ on: 'AcceptOrder', kind: 'hang-before' })
  })
  const poisoned = Array.from({ length: 40 }, () => salesforce.addOrder({ items: [{ productId }] }))
  const healthy = Array.from({ length: 20 }, () => salesforce.addOrder())
  await salesforce.send({ endpoint, orderIds: poisoned })
  await salesforce.send({ endpoint, orderIds: healthy })
  for (const orderId of healthy) await look.once(t, orderId)
  const tried = (await look.attempts()).filter(({ code }) => code === 'WHMCS_OUTCOME_UNKNOWN')
  t.ok(tried.length < 20, `${tried.length} of the poisoned came first`)
  t.equal((await look.pool.query('select from ledger.pause')).rowCount, 0)
})

t.test('the same words again, and nothing found in between, are a no', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t, { WHMCS_SETTLE_SECONDS: '1' })
  let n = 0
  whmcs.refuses = ({ action }) => (action === 'AddOrder' ? `Stock request ${++n} said: no` : undefined)
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  t.match(await look.order(orderId, 'Failed'), {
    Provisioning_Error_Code__c: 'WHMCS_ORDER_REFUSED',
    Provisioning_Error_Message__c: 'AddOrder: Stock request 2 said: no',
  })
  await look.settled(1)
  t.equal(whmcs.calls.AddOrder, 2)
  t.equal(whmcs.orders().length, 0)
})

async function build(t: Test, more: Record<string, string> = {}) {
  const world = await createService(t, { WHMCS_SETTLE_SECONDS: '600', RETRY_SCHEDULE: '50ms,10m', ...more })
  return { ...world, look: createLook(t, world) }
}
