import t from 'tap'
import { createLook } from '../helpers/look.ts'
import { mappingFile, RICH } from '../helpers/mapping.ts'
import { createService } from '../helpers/service.ts'
import { until } from '../helpers/until.ts'

/** Fields that a mapped line of Salesforce has. */
const FIELDS = {
  ...{ Domain__c: null, Years__c: null, Hostname__c: 'münchen.example.com', Root_Password__c: 'pw', Disk__c: 'Large' },
  ...{ SBQQ__BillingFrequency__c: 'Annual', Private__c: false, Promo__c: null },
}

async function build(t: Parameters<typeof createLook>[0], mapping: object, more: Record<string, string> = {}) {
  const world = await createService(t, { MAPPING_FILE: mappingFile(t, mapping), ...more })
  return { ...world, look: createLook(t, world) }
}

t.test('a rich order is in WHMCS as the mapping says, once, and no password is in the ledger', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t, RICH)
  const accountId = salesforce.addAccount({
    OwnerId: salesforce.addUser(),
    Payment_Method__c: 'banktransfer',
    WHMCS_Client_ID__c: '31',
  })
  const hosting = salesforce.addProduct({ WHMCS_Addons__c: '1,3' })
  const domain = salesforce.addProduct({ ProductCode: 'DOMAIN', WHMCS_Product_ID__c: null })
  const freight = salesforce.addProduct({ ProductCode: 'FREIGHT', WHMCS_Product_ID__c: null })
  const discount = salesforce.addProduct({ ProductCode: 'DISCOUNT', WHMCS_Product_ID__c: null })
  const orderId = salesforce.addOrder({
    accountId,
    fields: { Ip__c: '192.0.2.7', Description: 'by phone', Type: 'New' },
    items: [
      { productId: freight, fields: FIELDS },
      { productId: hosting, Quantity: 2, UnitPrice: 45.5, fields: FIELDS },
      {
        productId: domain,
        UnitPrice: 12,
        fields: { ...FIELDS, Domain__c: 'example.com', Years__c: 2, Private__c: true },
      },
      { productId: discount, UnitPrice: -5, fields: FIELDS },
    ],
  })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  t.match(whmcs.orders(), [
    {
      clientId: 31,
      paymentMethod: 'banktransfer',
      notes: `sfOrderId=${orderId}\nby phone`,
      asked: { clientip: '192.0.2.7', nameserver1: 'ns1.example.com' },
      services: [
        {
          ...{ pid: 185, qty: 2, billingCycle: 'annually', amount: '45.50', domain: '' },
          ...{ configOptions: { 12: '41' }, customFields: { 7: 'Jürgen Müller' } },
          asked: { hostname: 'münchen.example.com', rootpw: 'pw', addons: '1,3', idprotection: '0', regperiod: '' },
        },
        {
          ...{ pid: 300, qty: 1, billingCycle: 'annually', amount: '12.00', domain: 'example.com' },
          asked: { hostname: '', domaintype: 'register', regperiod: '2', idprotection: '1' },
        },
      ],
    },
  ])
  t.same(whmcs.mistakes, [])
  const { rows } = await look.pool.query('select request::text from ledger.provisioning')
  t.notMatch(rows[0]?.request, '"pw"')
  const snapshot = (await look.pool.query('select content::text from ledger.snapshot')).rows[0]?.content
  t.match(snapshot, '"sealed": "')
  t.notMatch(snapshot, '"pw"')
})

t.test('an order of which nothing is for WHMCS is done as such, and says so', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t, { products: { FREIGHT: { skip: true } } })
  salesforce.autoNotify = { endpoint }
  const freight = salesforce.addProduct({ ProductCode: 'FREIGHT', WHMCS_Product_ID__c: null })
  const orderId = salesforce.addOrder({ items: [{ productId: freight }] })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const record = await look.order(orderId, 'Provisioned')
  t.match(record.Provisioning_Error_Message__c, /No line of this order is for WHMCS/)
  // The other one is the echo of what was written.
  t.same(
    (await look.settled(2)).map(({ state }) => state),
    ['completed', 'completed'],
  )
  t.match(await look.attempts(), [{ message: /No line of the order is for WHMCS/ }, {}])
  t.equal(whmcs.calls.total, 0)
})

t.test('an order that does not meet a condition is ignored, with the condition', async (t) => {
  const { salesforce, endpoint, look } = await build(t, { eligible: [{ field: 'Order.Type', equals: 'New' }] })
  const orderId = salesforce.addOrder({ fields: { Type: 'Renewal' } })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  t.match(await look.settled(1), [
    { state: 'ignored', error_code: 'NOT_ELIGIBLE', error_message: /Order.Type is 'Renewal', and must be 'New'/ },
  ])
})

for (const [path, name] of [
  ['Order.Nowhere__c', 'Order.Nowhere__c'],
  ['Account.Nowhere__c', 'Account.Nowhere__c'],
  ['OrderItem.Nowhere__c', 'OrderItem.Nowhere__c'],
  ['Product2.Nowhere__c', 'Product2.Nowhere__c'],
  ['OrderItem.Nowhere__r.Name', 'Nowhere__r'],
] as const) {
  t.test(
    `a mapped field that Salesforce lacks stops the stage with its name, and nothing is lost: ${path}`,
    async (t) => {
      const { salesforce, whmcs, endpoint, look } = await build(t, { line: { hostname: path } })
      const orderId = salesforce.addOrder()
      t.ok((await salesforce.send({ endpoint, orderIds: [orderId] })).acked)
      const paused = async () => (await look.pool.query('select step, message from ledger.pause')).rows
      const [pause] = await until(async () => ((await paused()).length > 0 ? await paused() : undefined), 'the pause')
      t.equal(pause?.step, 'callback')
      t.ok(pause?.message.includes(`${name} is not there`), pause?.message)
      t.match(await look.rows(), [{ state: /pending|working/, attempts: 0 }])
      t.equal(whmcs.calls.total, 0)
    },
  )
}

t.test('an order in another currency than its client is refused by name, before anything is sent', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t, { prices: 'salesforce', currencies: { CHF: 'USD' } })
  const order = (currency: string) => salesforce.addOrder({ fields: { CurrencyIsoCode: currency } })
  const [wrong, right, mapped] = [order('EUR'), order('USD'), order('CHF')]
  await salesforce.send({ endpoint, orderIds: [wrong, right, mapped] })
  await look.once(t, right)
  await look.once(t, mapped)
  const record = await look.order(wrong, 'Failed')
  t.equal(record.Provisioning_Error_Code__c, 'CURRENCY_DIFFERS')
  t.match(record.Provisioning_Error_Message__c, /has prices in EUR, and WHMCS client \d+ is billed in USD/)
  t.equal(whmcs.ordersFor(wrong).length, 0)
  t.same(whmcs.mistakes, [])
})

t.test('an organisation with one currency is asked for it once, and its prices go out', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t, { prices: 'salesforce' })
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  t.equal(salesforce.calls.query, 2)
  const again = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [again] })
  await look.once(t, again)
  t.equal(salesforce.calls.query, 3)
  t.match(whmcs.orders(), [{ services: [{ amount: '45.00' }] }, { services: [{ amount: '45.00' }] }])
  t.equal(whmcs.calls.GetClientsDetails, 0, 'there is nothing to compare with')
})
