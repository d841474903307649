import t from 'tap'
import { decimalsOf, toMoney } from '../../src/domain/mapping/money.ts'
import { buildRequest, toProvisionRequest } from '../../src/domain/mapping/request.ts'
import { withoutSecrets } from '../../src/domain/mapping/secrets.ts'
import type { Fields } from '../../src/domain/mapping/value.ts'
import { isComplete, obstacle } from '../../src/domain/order.ts'
import { orderItem, snapshot, without } from '../helpers/items.ts'
import { rulesOf } from '../helpers/mapping.ts'

const item = (values: Fields, changes: Parameters<typeof orderItem>[0] = {}) => orderItem({ values, ...changes })
const SECOND = '802Ss0000044Aa2IAE'

t.test('buildRequest fills the parameters of each line, and says where each comes from', async (t) => {
  const rules = rulesOf({
    line: {
      hostname: 'OrderItem.Host__c',
      idprotection: 'OrderItem.Private__c',
      regperiod: 'OrderItem.Years__c',
      'configoptions.12': { from: 'Product2.Disk__c', map: { Large: 41 }, default: 40 },
      'customfields.7': 'Account.Owner.Name',
    },
  })
  const items = [
    item({
      'OrderItem.Host__c': 'a.example',
      'OrderItem.Private__c': true,
      'OrderItem.Years__c': 2,
      'Product2.Disk__c': 'Large',
    }),
    item(
      {
        'OrderItem.Host__c': null,
        'OrderItem.Private__c': false,
        'OrderItem.Years__c': null,
        'Product2.Disk__c': null,
      },
      { id: SECOND },
    ),
  ]
  const { request, origins, failures } = buildRequest(
    snapshot({ items, values: { 'Account.Owner.Name': 'Jürgen' } }),
    rules,
  )
  t.same(failures, [])
  t.same(request.lines, [
    {
      ...{ orderItemId: items[0]?.id, pid: '185', quantity: 2, billingCycle: 'monthly' },
      parameters: { hostname: 'a.example', idprotection: '1', regperiod: '2' },
      configoptions: { 12: '41' },
      customfields: { 7: 'Jürgen' },
    },
    {
      ...{ orderItemId: SECOND, pid: '185', quantity: 2, billingCycle: 'monthly' },
      parameters: { idprotection: '0' },
      configoptions: { 12: '40' },
      customfields: { 7: 'Jürgen' },
    },
  ])
  t.match(origins, {
    clientid: 'Account.WHMCS_Client_ID__c',
    'pid[0]': 'Product2.WHMCS_Product_ID__c',
    'hostname[0]': 'OrderItem.Host__c',
    'configoptions.12[0]': 'Product2.Disk__c (Large), mapped',
    'configoptions.12[1]': 'Product2.Disk__c (default)',
    'customfields.7[1]': 'Account.Owner.Name',
  })
})

t.test('buildRequest refuses a value that its table lacks, with the record and the field', async (t) => {
  const rules = rulesOf({ line: { 'configoptions.12': { from: 'OrderItem.Disk__c', map: { Large: 41 } } } })
  const { failures } = buildRequest(snapshot({ items: [item({ 'OrderItem.Disk__c': 'Huge' })] }), rules)
  t.match(failures, [
    { code: 'MAPPED_VALUE_UNKNOWN', message: "OrderItem 802Ss0000044Aa1IAE: OrderItem.Disk__c is 'Huge', of which" },
  ])
  const years = rulesOf({ line: { regperiod: 'OrderItem.Years__c' } })
  t.throws(() => toProvisionRequest(snapshot({ items: [item({ 'OrderItem.Years__c': 1.5 })] }), years), {
    code: 'MAPPED_VALUE_UNKNOWN',
  })
})

t.test('buildRequest takes one value of the order from its lines, if they agree', async (t) => {
  const rules = rulesOf({
    line: { promocode: 'OrderItem.Promo__c', serviceusername: 'OrderItem.User__c' },
    order: { affid: 7, noemail: true, notes: 'Order.Description' },
    accept: { autosetup: false, serverid: '' },
  })
  const build = (one: string | null, other: string | null) =>
    buildRequest(
      snapshot({
        values: { 'Order.Description': null },
        items: [one, other].map((promo, i) =>
          item({ 'OrderItem.Promo__c': promo, 'OrderItem.User__c': 'bob' }, i === 0 ? {} : { id: SECOND }),
        ),
      }),
      rules,
    )
  const { request } = build('TEN', null)
  t.same(request.parameters, { promocode: 'TEN', affid: '7', noemail: '1' })
  t.same(request.accept, { autosetup: '0', serviceusername: 'bob' })
  t.match(build('TEN', 'TWENTY').failures, [{ code: 'MAPPED_VALUES_DIFFER', message: /say two things for promocode/ }])
})

t.test(
  'buildRequest takes the billing cycle of the line before that of the product, in the words of the org',
  async (t) => {
    const rules = rulesOf({
      line: { billingcycle: 'OrderItem.SBQQ__BillingFrequency__c' },
      billingCycles: { Jahr: 'annually', 'auf Dauer': 'One-Time' },
    })
    const cycle = (text: string | null) =>
      buildRequest(snapshot({ items: [item({ 'OrderItem.SBQQ__BillingFrequency__c': text })] }), rules)
    const words = { Annual: 'annually', Semiannual: 'semiannually', Yearly: 'annually', 'Half-yearly': 'semiannually' }
    for (const [text, expected] of Object.entries({
      ...words,
      'One-Time': 'onetime',
      Jahr: 'annually',
      'auf Dauer': 'onetime',
    })) {
      t.equal(cycle(text).request.lines[0]?.billingCycle, expected, text)
    }
    t.equal(cycle(null).request.lines[0]?.billingCycle, 'monthly')
    t.match(cycle('Invoice Plan').failures, [
      { code: 'BILLING_CYCLE_UNKNOWN', message: "OrderItem.SBQQ__BillingFrequency__c is 'Invoice Plan'" },
    ])
  },
)

t.test('buildRequest leaves out what the mapping skips, and an order of nothing else has no line', async (t) => {
  const rules = rulesOf({ products: { FREIGHT: { skip: true } }, skip: 'Product2.Not_For_WHMCS__c' })
  const freight = item({ 'Product2.Not_For_WHMCS__c': false }, { id: SECOND, productCode: 'FREIGHT' })
  const flagged = item({ 'Product2.Not_For_WHMCS__c': true })
  const { request, skipped, failures } = buildRequest(snapshot({ items: [freight, flagged] }), rules)
  t.same([request.lines, failures], [[], []])
  t.match(skipped, [/is skipped: constant/, /is skipped: Product2.Not_For_WHMCS__c/])
  const kept = item({ 'Product2.Not_For_WHMCS__c': null })
  t.equal(buildRequest(snapshot({ items: [freight, kept] }), rules).request.lines.length, 1)
})

t.test('toMoney is exact or nothing', async (t) => {
  const cases: [string | number, number, string | undefined][] = [
    [10, 2, '10.00'],
    [10.5, 2, '10.50'],
    [0.1 + 0.2, 2, undefined],
    [10.005, 2, undefined],
    ['10.500', 2, '10.50'],
    [1330, 0, '1330.00'],
    [1330.5, 0, undefined],
    [1.234, 3, '1.234'],
    [1.5, 3, '1.500'],
    [1e-7, 2, undefined],
    [1e21, 2, undefined],
    ['1e3', 2, '1000.00'],
    ['12.5e-1', 2, '1.25'],
    [-3, 2, '-3.00'],
    [-0, 2, '0.00'],
    [12_345_678.9, 2, '12345678.90'],
    [99_999_999_999_999, 2, undefined],
    ['007.10', 2, '7.10'],
    ['', 2, undefined],
    ['ten', 2, undefined],
    ['1,5', 2, undefined],
  ]
  for (const [amount, decimals, expected] of cases)
    t.equal(toMoney(amount, decimals), expected, `${amount} ${decimals}`)
  t.same(['EUR', 'JPY', 'kwd', 'XXX', undefined].map(decimalsOf), [2, 0, 3, 2, 2])
})

t.test('buildRequest sends prices exactly as Salesforce has them, in the currency that WHMCS must have', async (t) => {
  const build = (given: object, unitPrice: number, currency?: string) =>
    buildRequest(
      snapshot({ ...(currency !== undefined && { currency }), items: [orderItem({ unitPrice })] }),
      rulesOf({ prices: 'salesforce', ...given }),
    )
  t.match(build({}, 45.5, 'EUR').request, { currency: 'EUR', lines: [{ price: '45.50' }] })
  t.notOk('currency' in build({}, 45.5).request, 'nobody says which it is')
  t.match(build({ currencies: { eur: 'USD' } }, 45, 'EUR').request, { currency: 'USD' })
  t.match(build({ currency: 'CHF' }, 45, 'EUR').request, { currency: 'CHF' })
  t.match(build({}, 100.5, 'JPY').failures, [
    { code: 'PRICE_NOT_EXACT', message: 'UnitPrice is 100.5, which has no exact form with 0 decimals of JPY' },
  ])
  t.match(build({ currencies: { JPY: { whmcs: 'JPY', decimals: 2 } } }, 100.5, 'JPY').request.lines, [
    { price: '100.50' },
  ])
  t.match(build({}, 10.005).failures, [{ code: 'PRICE_NOT_EXACT' }])
  t.notOk('currency' in build({ prices: 'whmcs' }, 45, 'EUR').request)
  const single = build({ prices: 'whmcs', products: { HOSTING: { prices: 'salesforce' } } }, 45, 'EUR')
  t.match(single.request.lines, [{ price: '45.00' }])
  const own = build({ prices: 'whmcs', line: { priceoverride: 12.5 } }, 45, 'EUR')
  t.match(own.request, { currency: 'EUR', lines: [{ price: '12.50' }] })
})

t.test('buildRequest refuses a negative line by name, or does with it what the mapping says', async (t) => {
  const items = [orderItem(), item({ 'OrderItem.Promo__c': 'TEN' }, { id: SECOND, unitPrice: -5 })]
  const build = (given: object) => buildRequest(snapshot({ items }), rulesOf(given))
  t.match(build({ prices: 'salesforce' }).failures, [
    { code: 'PRICE_NEGATIVE', message: /OrderItem 802Ss0000044Aa2IAE/ },
  ])
  t.equal(build({}).request.lines.length, 2, 'where no price is sent, nothing changes')
  t.match(build({ negativeLines: 'refuse' }).failures, [{ code: 'PRICE_NEGATIVE' }])
  t.match(build({ negativeLines: 'skip' }), {
    request: { lines: { length: 1 } },
    skipped: [/its price is -5/],
    failures: [],
  })
  const promo = build({ negativeLines: 'promo', line: { promocode: 'OrderItem.Promo__c' } })
  t.match(promo.request, { lines: { length: 1 }, parameters: { promocode: 'TEN' } })
  t.match(build({ negativeLines: 'promo' }).failures, [{ code: 'PRICE_NEGATIVE', message: /no promocode/ }])
})

t.test('obstacle names the first condition that the order does not meet', async (t) => {
  const rules = rulesOf({
    eligible: [
      { field: 'Order.Type', in: ['New', null] },
      { field: 'Account.Blocked__c', not: true },
      { field: 'Order.Level__c', equals: 3 },
    ],
  })
  const why = (type: Fields[string], blocked: Fields[string], level: Fields[string]) =>
    obstacle(
      snapshot({ values: { 'Order.Type': type, 'Account.Blocked__c': blocked, 'Order.Level__c': level } }),
      rules,
    )
  t.equal(why('New', false, 3), undefined)
  t.equal(why(null, null, '3'), undefined)
  t.equal(why('Renewal', false, 3), "Order.Type is 'Renewal', and must be one of 'New', empty.")
  t.equal(why('New', true, 3), "Account.Blocked__c is 'true', and must not be 'true'.")
  t.equal(why('New', false, null), "Order.Level__c is empty, and must be '3'.")
})

t.test('isComplete tells a snapshot that was made by another mapping', async (t) => {
  const rules = rulesOf({ line: { hostname: 'OrderItem.Host__c' }, order: { affid: 'Order.Aff__c' } })
  const whole = snapshot({ values: { 'Order.Aff__c': null }, items: [item({ 'OrderItem.Host__c': null })] })
  t.ok(isComplete(whole, rules))
  t.notOk(isComplete(without(whole, 'values'), rules))
  t.notOk(isComplete({ ...whole, items: [orderItem()] }, rules))
})

t.test('withoutSecrets keeps no password', async (t) => {
  const rules = rulesOf({ line: { rootpw: 'hunter2', hostname: 'h', servicepassword: 'hunter2', eppcode: 'hunter2' } })
  const request = toProvisionRequest(snapshot(), rules)
  t.match(JSON.stringify(request), 'hunter2')
  t.notMatch(JSON.stringify(withoutSecrets(request)), 'hunter2')
  t.match(withoutSecrets(request), { lines: [{ parameters: { hostname: 'h', rootpw: '(set)' } }] })
})
