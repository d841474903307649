import { writeFileSync } from 'node:fs'
import t from 'tap'
import { soapstone } from '../helpers/cli.ts'
import { createLook } from '../helpers/look.ts'
import { mappingFile } from '../helpers/mapping.ts'
import { createService } from '../helpers/service.ts'

const MAPPING = {
  line: {
    hostname: 'OrderItem.Host__c',
    rootpw: 'OrderItem.Pw__c',
    'configoptions.12': { from: 'OrderItem.Disk__c', map: { Large: 41 } },
  },
  order: { notes: 'Order.Description' },
  accept: { serverid: 3 },
  prices: 'salesforce',
}

t.test(
  'mapping check shows an order field by field, with where each value comes from, and writes nothing',
  async (t) => {
    const path = mappingFile(t, MAPPING)
    const world = await createService(t, { MAPPING_FILE: path })
    const { salesforce, whmcs, settings, endpoint } = world
    const productId = salesforce.addProduct()
    const accountId = salesforce.addAccount({ WHMCS_Client_ID__c: '31' })
    const order = (fields: object) =>
      salesforce.addOrder({
        accountId,
        fields: { CurrencyIsoCode: 'USD', Description: 'by phone' },
        items: [{ productId, fields: { Host__c: 'a.example.com', Pw__c: 'hunter2', Disk__c: 'Large', ...fields } }],
      })
    const orderId = order({})
    const check = (...args: string[]) => soapstone(['mapping', 'check', ...args], settings)
    const { code, out, err } = await check('--order', orderId.slice(0, 15), '--json')
    t.same([code, err], [0, ''])
    const result = JSON.parse(out)
    const [call] = result.orders
    const parameters = new Map(
      call.parameters.map(({ name, value, from }: Record<string, string>) => [name, [value, from]]),
    )
    t.same(parameters.get('clientid'), ['31', 'Account.WHMCS_Client_ID__c'])
    t.same(parameters.get('hostname[0]'), ['a.example.com', 'OrderItem.Host__c'])
    t.same(parameters.get('rootpw[0]'), ['(set)', 'OrderItem.Pw__c'])
    t.same(parameters.get('priceoverride[0]'), ['45.00', 'OrderItem.UnitPrice'])
    t.same(parameters.get('configoptions.12[0]'), ['41', 'OrderItem.Disk__c (Large), mapped'])
    t.match(parameters.get('configoptions[0]'), [/^YTox/, 'serialized: configoptions.12[0]'])
    t.match(parameters.get('notes'), [/by phone/, 'marker, Order.Description'])
    t.same(parameters.get('paymentmethod'), ['mailin', 'WHMCS_PAYMENT_METHOD'])
    t.same(parameters.get('accept.serverid'), ['3', 'constant'])
    t.same(call.refused, [])
    t.notMatch(out, 'hunter2')
    t.match(await check('--order', orderId), { code: 0, out: /hostname\[0\] +a\.example\.com +OrderItem\.Host__c/ })

    const bad = await check('--order', order({ Disk__c: 'Huge' }))
    t.match(bad, { code: 1, out: /refused: MAPPED_VALUE_UNKNOWN: OrderItem \w+: OrderItem.Disk__c is 'Huge'/ })
    whmcs.addClient({ id: 31, currency: 'EUR' })
    t.match(await check('--order', orderId), { code: 1, out: /refused: CURRENCY_DIFFERS: the prices are in USD/ })
    t.match(await check('--order', '801Ss00000Zz9YyIAJ'), { code: 1, err: /shows no order/ })
    t.match(await check('--order', 'x'), { code: 2, err: /is no id/ })
    t.match(await check(), { code: 0, out: /it reads Order.Description, OrderItem.Disk__c/ })
    t.equal(whmcs.calls.AddOrder, 0)
    t.equal(salesforce.record(orderId)?.Provisioning_Status__c ?? null, null)

    const other = `${path}.other`
    whmcs.addClient({ id: 31 })
    await salesforce.send({ endpoint, orderIds: [orderId] })
    await createLook(t, world).once(t, orderId)
    writeFileSync(other, JSON.stringify({ ...MAPPING, line: { ...MAPPING.line, hostname: 'b.example.com' } }))
    const compared = JSON.parse((await check('--diff', other, '--json')).out)
    t.match(compared, {
      compared: 1,
      differences: [{ orderId, changes: [{ name: 'hostname[0]', now: 'a.example.com', other: 'b.example.com' }] }],
    })
    t.equal(compared.differences[0].changes.length, 1)
    t.match(await check('--diff', other), { code: 0, out: /1 orders were compared, 1 calls would differ/ })
    writeFileSync(other, '{')
    t.match(await check('--diff', other), { code: 2, err: /is not JSON/ })
  },
)

t.test('mapping check names a field that Salesforce lacks', async (t) => {
  const { settings } = await createService(t, {
    MAPPING_FILE: mappingFile(t, { line: { hostname: 'OrderItem.No__c' } }),
  })
  const { code, err } = await soapstone(['mapping', 'check'], settings)
  t.equal(code, 1)
  t.match(err, /OrderItem.No__c is not there/)
})
