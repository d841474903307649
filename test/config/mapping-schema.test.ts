import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { readMapping } from '../../src/config/mapping/read.ts'
import { mappingSchema } from '../../src/config/mapping/schema.ts'

const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(mappingSchema())

/** Of each kind: what both the reader and the schema take. */
const GOOD: unknown[] = [
  {},
  { $schema: './mapping.schema.json' },
  { order: { errorCode: 'Code__c', paymentmethod: 'Order.Payment__c', notes: 'by hand', noemail: true } },
  {
    account: { whmcsClientId: 'ns__Client__c' },
    product: { billingCycle: 'Cycle__c' },
    orderItem: { whmcsServiceId: '' },
  },
  {
    eligibleStatuses: ['Live'],
    statuses: { failed: 'Broken' },
    prices: 'salesforce',
    markerFields: { 185: 12, 7: '13' },
  },
  { line: { domain: 'OrderItem.Domain__c', regperiod: 2, nameserver1: 'ns1.example.com', idprotection: true } },
  { line: { 'configoptions.12': { from: 'Product2.Disk__c', map: { Small: 40, Large: '41' }, default: 40 } } },
  {
    line: {
      configoptions: { 12: 40 },
      customfields: { 7: 'Account.Owner.Name' },
      'domainfields.Tax ID': 'Account.Tax__c',
    },
  },
  { line: { hostname: { from: 'OrderItem.Host__c' }, rootpw: { constant: 'Order.Not__c' } } },
  { line: { billingcycle: 'OrderItem.SBQQ__BillingFrequency__c', promocode: 'Order.Account.Promo__c' } },
  { line: { hostname: 'Order.A__r.B__r.C__r.D__c', addons: 'PricebookEntry.Pricebook2.Name' } },
  { line: { domain: 'example.com', hostname: 'U.', serviceusername: 'Dr. Who', addons: '1,3,9' } },
  {
    accept: { autosetup: false, serverid: 'Account.Server__c', sendemail: 'Order.Mail__c' },
    skip: 'Product2.Freight__c',
  },
  {
    products: { HOSTING: { pid: '185', billingCycle: 'Annual', skip: true, prices: 'whmcs', line: { hostname: 'x' } } },
  },
  { products: { X: { 'line.hostname': 'OrderItem.Host__c', 'line.configoptions.7': 3, skip: 'OrderItem.Free__c' } } },
  { billingCycles: { Jahr: 'annually', Halb: 'Half-yearly', Einmal: 'One-Time' } },
  {
    eligible: [
      { field: 'Order.Type', equals: 'New' },
      { field: 'Account.Rating', in: ['Hot', null] },
    ],
  },
  {
    eligible: [
      { field: 'Order.Type', not: null },
      { field: 'Order.X__c', not: ['a', true, 3] },
    ],
  },
  { negativeLines: 'promo', currency: 'EUR', currencies: { EUR: 'EUR', JPY: { whmcs: 'JPY', decimals: 0 } } },
  { cancellations: 'ask', cancelWhen: [{ field: 'Order.Status', equals: 'Storno' }], cancelBy: 'terminate' },
  { changeWhen: [{ field: 'Order.IsReductionOrder', equals: true }] },
  { client: { email: 'Account.Mail__c' } },
  { client: { create: true, fields: { email: 'Account.Mail__c', 'customfields.7': 'Account.Id' } } },
  { client: { email: 'Account.M__c', externalId: { customfield: 7, value: 'Account.AccountNumber' } } },
  { invoice: 'wait-for-payment' },
  { invoice: { mode: 'created-and-paid', transactionId: 'Order.Payment__c', gateway: 'stripe' } },
  { writeBack: { Order: { Invoice__c: 'invoiceId', Code__c: '' }, OrderItem: { Domain__c: 'domain' }, Account: {} } },
]

/** What neither takes, and how the problem begins. */
const BAD: [unknown, string][] = [
  [{ orders: {} }, 'orders is unknown'],
  [{ order: { nope: 'x' } }, 'order.nope is unknown'],
  [{ order: { errorCode: '' } }, 'order.errorCode is'],
  [{ order: { notes: 'OrderItem.Note__c' } }, "order.notes 'OrderItem.Note__c' is a field of the lines"],
  [{ line: { hostname: 'Invoice.Password__c' } }, "line.hostname 'Invoice.Password__c' names no field"],
  [{ line: { hostname: 'OrderItem.Bad Field__c' } }, "line.hostname 'OrderItem.Bad Field__c' names no field"],
  [{ line: { hostname: 'Contact.Email' } }, 'line.hostname'],
  [{ line: { hostname: 'order.Type' } }, 'line.hostname'],
  [{ line: { hostname: 'ORDERITEM.Name' } }, 'line.hostname'],
  [{ line: { hostname: 'Order.' } }, 'line.hostname'],
  [{ line: { hostname: 'Order..Type' } }, 'line.hostname'],
  [{ line: { hostname: 'Order.1st__c' } }, 'line.hostname'],
  [{ line: { hostname: ' Order.Type' } }, 'line.hostname'],
  [{ line: { hostname: 'Order.Type ' } }, 'line.hostname'],
  [{ line: { hostname: 'Order.Type\n' } }, 'line.hostname'],
  [{ line: { hostname: 'Order.OrderItems.Name' } }, 'line.hostname'],
  [{ line: { hostname: 'Order.Contact__c.Email' } }, 'line.hostname'],
  [{ line: { hostname: 'Order.Contact__r' } }, 'line.hostname'],
  [{ line: { hostname: 'Order.A__r.B__r.C__r.D__r.E__c' } }, 'line.hostname'],
  [{ line: { hostname: 'host__c' } }, 'line.hostname'],
  [{ line: { nope: 'x' } }, 'line.nope is unknown'],
  [{ line: { 'configoptions.x': 1 } }, 'line.configoptions.x is unknown'],
  [{ line: { configoptions: { 0: 1 } } }, 'line.configoptions.0 is unknown'],
  [{ line: { configoptions: 7 } }, 'line.configoptions is unknown'],
  [{ line: { hostname: null } }, 'line.hostname is neither'],
  [{ line: { hostname: [] } }, 'line.hostname is neither'],
  [{ line: { hostname: { map: {} } } }, 'line.hostname.from is missing'],
  [{ line: { hostname: { from: 'x' } } }, "line.hostname.from 'x' names no field"],
  [{ line: { hostname: { from: 'Order.Type', map: { a: {} } } } }, 'line.hostname.map.a is not'],
  [{ line: { hostname: { from: 'Order.Type', default: null } } }, 'line.hostname.default is not'],
  [{ line: { hostname: { from: 'Order.Type', else: 1 } } }, 'line.hostname.else is unknown'],
  [{ line: { hostname: { constant: 'x', from: 'Order.Type' } } }, 'line.hostname has a constant'],
  [{ products: { X: { line: { nope: 1 } } } }, 'products.X.line.nope is unknown'],
  [{ products: { X: { 'line.nope': 1 } } }, 'products.X.line.nope is unknown'],
  [{ products: { X: { skip: {} } } }, 'products.X.skip.from is missing'],
  [{ products: { X: { pid: 7 } } }, 'products.X.pid is not'],
  [{ billingCycles: { Woche: 'weekly' } }, 'billingCycles.Woche is no'],
  [{ eligible: {} }, 'eligible is not a list'],
  [{ eligible: [7] }, 'eligible[0] is not an object'],
  [{ eligible: [{ field: 'Order.Type' }] }, 'eligible[0] takes one of'],
  [{ eligible: [{ field: 'Order.Type', equals: 'a', not: 'b' }] }, 'eligible[0] takes one of'],
  [
    { eligible: [{ field: 'Product2.Family', equals: 'a' }] },
    "eligible[0].field 'Product2.Family' is a field of the lines",
  ],
  [{ eligible: [{ field: 'Order.Type', in: 'a' }] }, 'eligible[0].in is not a list'],
  [{ eligible: [{ field: 'Order.Type', in: [] }] }, 'eligible[0].in is not a list'],
  [{ eligible: [{ field: 'Order.Type', equals: ['a'] }] }, 'eligible[0].equals is not a value'],
  [{ cancellations: 'yes' }, 'cancellations is none of'],
  [{ cancelBy: 'mail' }, 'cancelBy is none of'],
  [{ cancelWhen: 'Cancelled' }, 'cancelWhen is not a list'],
  [
    { changeWhen: [{ field: 'OrderItem.X__c', equals: 1 }] },
    "changeWhen[0].field 'OrderItem.X__c' is a field of the lines",
  ],
  [{ negativeLines: 'drop' }, 'negativeLines is none of'],
  [{ currencies: { EURO: 'EUR' } }, 'currencies.EURO is not'],
  [{ currencies: { EUR: { whmcs: 'EUR', decimals: 9 } } }, 'currencies.EUR is not'],
  [{ client: {} }, 'client.email is missing'],
  [{ client: { create: true, fields: {} } }, 'client.fields.email is missing'],
  [
    { client: { email: 'a@example.com', externalId: { customfield: 'x', value: 1 } } },
    'client.externalId.customfield is not',
  ],
  [{ invoice: 'created-and-paid' }, 'invoice.transactionId is missing'],
  [{ invoice: { mode: 'created-and-paid' } }, 'invoice.transactionId is missing'],
  [{ invoice: { mode: 'paid' } }, 'invoice.mode is none of'],
  [{ writeBack: { order: {} } }, 'writeBack.order is unknown'],
  [{ writeBack: { Order: { 'a b': 'invoiceId' } } }, 'writeBack.Order.a b is not the name'],
  [{ writeBack: { Order: { X__c: 'password' } } }, 'writeBack.Order.X__c is none of'],
]

t.test('reader and schema take the same mappings', async (t) => {
  for (const given of GOOD) {
    const text = JSON.stringify(given)
    t.same(readMapping(text).problems, [], text)
    t.ok(validate(given), `${text}: ${JSON.stringify(validate.errors)}`)
  }
})

t.test('reader and schema refuse the same mappings, and the reader says where', async (t) => {
  for (const [given, expected] of BAD) {
    const text = JSON.stringify(given)
    const [problem = 'no problem', ...more] = readMapping(text).problems
    t.ok(problem.startsWith(expected), `${text}: ${problem}`)
    t.same(more, [], text)
    t.notOk(validate(given), `the schema takes ${text}`)
  }
})

t.test('readMapping finds all that is wrong with a rich mapping at once', async (t) => {
  const all = BAD.map(([given]) => given).filter((given): given is { line: object } => 'line' in Object(given))
  const line = Object.fromEntries(
    all.flatMap(({ line: one }, i) => Object.values(one).map((value) => [`customfields.${i + 1}`, value])),
  )
  const { problems } = readMapping(JSON.stringify({ line }))
  t.ok(problems.length > 20)
})
