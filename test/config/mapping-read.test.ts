import t from 'tap'
import { DEFAULT_MAPPING, readMapping } from '../../src/config/mapping/read.ts'
import { toRules } from '../../src/domain/mapping/rules.ts'

t.test('readMapping overrides what is named and keeps the rest', async (t) => {
  const given = {
    order: { provisioningStatus: 'Activation_Status__c' },
    account: { whmcsClientId: 'ns__Client__c' },
    orderItem: { whmcsServiceId: '' },
    eligibleStatuses: ['Live'],
    products: { HOSTING: { pid: '7', billingCycle: 'annually' } },
    prices: 'salesforce',
  }
  const { mapping, problems } = readMapping(JSON.stringify(given))
  t.same(problems, [])
  t.same(mapping, {
    ...DEFAULT_MAPPING,
    ...given,
    order: { ...DEFAULT_MAPPING.order, ...given.order },
  })
  t.same(readMapping('{}'), { mapping: DEFAULT_MAPPING, problems: [] })
})

t.test('readMapping names everything that is wrong at once', async (t) => {
  const { problems } = readMapping(
    JSON.stringify({
      orders: {},
      order: { provisioningStatus: 'Status__c FROM User', nope: 'X__c', errorCode: '' },
      account: [],
      product: { billingCycle: 7 },
      orderItem: { whmcsServiceId: '1x' },
      statuses: { failed: ' ' },
      eligibleStatuses: [],
      products: { HOSTING: { pid: 185 }, DOMAIN: 'x' },
      prices: 'both',
    }),
  )
  const expected = [
    /^orders is unknown; there are order, account, product/,
    'order.provisioningStatus is not a usable name',
    'order.nope is unknown; there are provisioningStatus,',
    'order.errorCode is not a usable name',
    'account is not an object',
    'product.billingCycle is not a usable name',
    'orderItem.whmcsServiceId is not a usable name',
    'statuses.failed is not a usable name',
    'eligibleStatuses is not a list of texts',
    'products.HOSTING.pid is not a usable name',
    'products.DOMAIN is not an object',
    "prices is neither 'whmcs' nor 'salesforce'",
  ]
  t.match(problems, expected)
  t.equal(problems.length, expected.length)
})

t.test('readMapping says what a text is that is no mapping', async (t) => {
  t.match(readMapping('{').problems, [/^is not JSON: /])
  for (const text of ['[]', 'null', '"x"', '7']) t.same(readMapping(text).problems, ['is not a JSON object'], text)
})

t.test('readMapping lets nothing into a query but names', async (t) => {
  for (const name of ["x'y", 'a b', 'a,b', 'a.b', '(x)', '1a', '_a', 'ä', 'a-b', 'a\n']) {
    const { mapping, problems } = readMapping(JSON.stringify({ account: { whmcsClientId: name } }))
    t.equal(problems.length, 1, JSON.stringify(name))
    t.same(mapping, DEFAULT_MAPPING)
  }
})

t.test('toRules names the fields that a person has to fill', async (t) => {
  t.same(toRules(DEFAULT_MAPPING).fields, {
    whmcsClientId: 'WHMCS_Client_ID__c',
    whmcsProductId: 'WHMCS_Product_ID__c',
    billingCycle: 'Billing_Cycle__c',
  })
})
