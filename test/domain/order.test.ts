import t from 'tap'
import type { OrderRules } from '../../src/domain/mapping/mapping.ts'
import { toProvisionRequest } from '../../src/domain/mapping/request.ts'
import { eligibility, isSame, type OrderItem, type OrderSnapshot } from '../../src/domain/order.ts'
import { ORDER, orderItem, rules, snapshot, without } from '../helpers/items.ts'

const ACCOUNT = { id: '001Ss00000Nn4MmIAJ' }

t.test('eligibility follows the status of the order, and what was written back before', async (t) => {
  const cases: [Partial<OrderSnapshot>, ReturnType<typeof eligibility>][] = [
    [{ status: 'Activated' }, 'eligible'],
    [{ status: 'Approved' }, 'eligible'],
    [{ status: 'Draft' }, 'not-eligible'],
    [{ status: 'activated' }, 'not-eligible'],
    [{ status: '' }, 'not-eligible'],
    [{ provisioningStatus: 'Activating' }, 'eligible'],
    [{ provisioningStatus: 'Failed', whmcsOrderId: '7' }, 'eligible'],
    [{ provisioningStatus: 'Provisioned' }, 'eligible'],
    [{ provisioningStatus: 'Provisioned', whmcsOrderId: '7' }, 'provisioned'],
    [{ status: 'Draft', provisioningStatus: 'Provisioned', whmcsOrderId: '7' }, 'provisioned'],
  ]
  for (const [changes, expected] of cases) {
    t.equal(eligibility(snapshot(changes), rules()), expected, JSON.stringify(changes))
  }
  t.equal(eligibility(snapshot({ status: 'Live' }), rules({ eligibleStatuses: ['Live'] })), 'eligible')
})

t.test('isSame looks at all that provisioning goes by, in whatever order it comes, and at nothing else', async (t) => {
  const items = [orderItem(), orderItem({ id: '802Ss00000It3m2IAB' })]
  const one = snapshot({ items })
  const report = { provisioningStatus: 'Failed', changedByUs: true, takenAt: '2026-10-02T09:00:00.000Z' } as const
  t.ok(isSame(one, snapshot({ items: items.toReversed(), ...report })))
  const others: Partial<OrderSnapshot>[] = [
    { status: 'Approved' },
    { account: ACCOUNT },
    { items: [] },
    { items: items.slice(1) },
    { items: [orderItem({ quantity: 3 }), ...items.slice(1)] },
    { items: [orderItem({ unitPrice: 1 }), ...items.slice(1)] },
    { items: [orderItem({ productId: '01tSs00000Prod2IAB' }), ...items.slice(1)] },
    { items: [orderItem({ productCode: 'OTHER' }), ...items.slice(1)] },
    { items: [orderItem({ whmcsProductId: '7' }), ...items.slice(1)] },
    { items: [orderItem({ billingCycle: 'Annually' }), ...items.slice(1)] },
  ]
  for (const changes of others) t.notOk(isSame(one, snapshot({ items, ...changes })), JSON.stringify(changes))
})

t.test('toProvisionRequest makes one line of each item, in their order', async (t) => {
  const second = orderItem({ id: '802Ss0000044Aa2IAE', quantity: 1, whmcsProductId: '242', billingCycle: 'One Time' })
  t.same(toProvisionRequest(snapshot({ items: [orderItem(), second] }), rules()), {
    orderId: ORDER,
    clientId: '1001',
    lines: [
      { orderItemId: '802Ss0000044Aa1IAE', pid: '185', quantity: 2, billingCycle: 'monthly' },
      { orderItemId: '802Ss0000044Aa2IAE', pid: '242', quantity: 1, billingCycle: 'onetime' },
    ],
  })
})

t.test('toProvisionRequest knows the billing cycles of WHMCS however they are written', async (t) => {
  const cases = {
    Monthly: 'monthly',
    Onetime: 'onetime',
    'One-Time': 'onetime',
    FREE: 'free',
    Quarterly: 'quarterly',
    'Semi-Annually': 'semiannually',
    'semi annually': 'semiannually',
    Annually: 'annually',
    Biennially: 'biennially',
    Triennially: 'triennially',
  }
  for (const [billingCycle, expected] of Object.entries(cases)) {
    const request = toProvisionRequest(snapshot({ items: [orderItem({ billingCycle })] }), rules())
    t.equal(request.lines[0]?.billingCycle, expected, billingCycle)
  }
})

t.test('toProvisionRequest sends the price of Salesforce only where that is wanted', async (t) => {
  const price = (changes: Partial<OrderItem>, prices: OrderRules['prices']) =>
    toProvisionRequest(snapshot({ items: [orderItem(changes)] }), rules({ prices })).lines[0]?.price
  t.equal(price({ unitPrice: 10 }, 'whmcs'), undefined)
  t.equal(price({ unitPrice: 10 }, 'salesforce'), '10.00')
  t.equal(price({ unitPrice: 0 }, 'salesforce'), '0.00')
  t.equal(price({ unitPrice: 12_345_678.5 }, 'salesforce'), '12345678.50')
  const unpriced = snapshot({ items: [without(orderItem(), 'unitPrice')] })
  t.notOk('price' in (toProvisionRequest(unpriced, rules({ prices: 'salesforce' })).lines[0] ?? {}))
})

t.test('toProvisionRequest prefers the mapping by product id, then by product code, then the product', async (t) => {
  const line = (products: OrderRules['products'], changes: Partial<OrderItem> = {}) =>
    toProvisionRequest(snapshot({ items: [orderItem(changes)] }), rules({ products })).lines[0]
  const byCode = { HOSTING: { pid: '7', billingCycle: 'Annually' } }
  t.match(line(byCode), { pid: '7', billingCycle: 'annually' })
  t.match(line({ ...byCode, '01tSs000003Ho5tIAC': { pid: '8' } }), { pid: '8', billingCycle: 'monthly' })
  t.match(line({ ...byCode, '01tSs000003Ho5t': { pid: '9' } }), { pid: '9' })
  t.match(line({ HOSTING: { billingCycle: 'free' } }), { pid: '185', billingCycle: 'free' })
  t.match(line(byCode, { productCode: 'OTHER' }), { pid: '185' })
  t.match(line({}, { productCode: 'constructor' }), { pid: '185', billingCycle: 'monthly' })
})

t.test('toProvisionRequest refuses with the record and the field that must be mended', async (t) => {
  const product = 'Product2 01tSs000003Ho5tIAC (Web Hosting)'
  const account = 'Account 001Ss00000Nn4MmIAJ: WHMCS_Client_ID__c'
  const item = (changes: Partial<OrderItem>) => snapshot({ items: [orderItem(), orderItem(changes)] })
  const cases: [OrderSnapshot, string, string][] = [
    [snapshot({ account: ACCOUNT }), 'CLIENT_LINK_MISSING', `${account} is empty`],
    [snapshot({ account: { ...ACCOUNT, whmcsClientId: 'C-7' } }), 'CLIENT_LINK_MISSING', `${account} is 'C-7'`],
    [snapshot({ account: { ...ACCOUNT, whmcsClientId: '0' } }), 'CLIENT_LINK_MISSING', `${account} is '0'`],
    [snapshot({ account: { ...ACCOUNT, whmcsClientId: '7.5' } }), 'CLIENT_LINK_MISSING', `${account} is '7.5'`],
    [snapshot({ items: [] }), 'ORDER_EMPTY', `Order ${ORDER}: OrderItems has no items`],
    [
      snapshot({ items: [without(orderItem(), 'whmcsProductId')] }),
      'PRODUCT_UNMAPPED',
      `${product}: WHMCS_Product_ID__c is empty`,
    ],
    [item({ whmcsProductId: '-1' }), 'PRODUCT_UNMAPPED', `${product}: WHMCS_Product_ID__c is '-1'`],
    [
      snapshot({ items: [without(orderItem(), 'billingCycle')] }),
      'BILLING_CYCLE_UNKNOWN',
      `${product}: Billing_Cycle__c is empty; WHMCS knows free, onetime,`,
    ],
    [item({ billingCycle: 'Weekly' }), 'BILLING_CYCLE_UNKNOWN', `${product}: Billing_Cycle__c is 'Weekly'`],
    [item({ quantity: 1.5 }), 'QUANTITY_NOT_WHOLE', 'OrderItem 802Ss0000044Aa1IAE: Quantity is 1.5'],
    [item({ quantity: 0 }), 'QUANTITY_NOT_WHOLE', 'OrderItem 802Ss0000044Aa1IAE: Quantity is 0'],
    [item({ quantity: -2 }), 'QUANTITY_NOT_WHOLE', 'OrderItem 802Ss0000044Aa1IAE: Quantity is -2'],
    [item({ quantity: Number.NaN }), 'QUANTITY_NOT_WHOLE', 'OrderItem 802Ss0000044Aa1IAE: Quantity is NaN'],
  ]
  for (const [order, code, text] of cases) {
    t.throws(() => toProvisionRequest(order, rules()), { name: 'Failure', code, message: text }, `${code}: ${text}`)
  }
})

t.test('toProvisionRequest names the fields as the mapping does, and a product without a name by its id', async (t) => {
  const fields = { whmcsClientId: 'Billing_Id__c', whmcsProductId: 'Pid__c', billingCycle: 'Cycle__c' }
  const nameless = without(orderItem({ whmcsProductId: 'x' }), 'productName')
  t.throws(() => toProvisionRequest(snapshot({ account: ACCOUNT }), rules({ fields })), { message: 'Billing_Id__c is' })
  t.throws(() => toProvisionRequest(snapshot({ items: [nameless] }), rules({ fields })), {
    message: "Product2 01tSs000003Ho5tIAC: Pid__c is 'x'",
  })
})
