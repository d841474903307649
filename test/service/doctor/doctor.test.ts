/** The doctor between the simulators: a good installation, and each fault of the two systems. */
import { createServer } from 'node:net'
import t from 'tap'
import { createExamining, type Examining } from '../../helpers/doctor.ts'
import { startService } from '../../helpers/service.ts'

t.test('diagnose finds a good installation good, and leaves nothing behind', async (t) => {
  const world = await createExamining(t)
  const log: string[] = []
  const service = await startService(t, world, log)
  const { port } = new URL(service.url)
  world.settings.PORT = port
  world.settings.PUBLIC_URL = service.url
  const [message] = world.salesforce.setup.messages
  if (message) message.endpointUrl = `${service.url}/outbound-messages/order`
  const orderId = world.salesforce.addOrder()

  const found = await world.examine()
  const odd = [...found.values()].filter(({ result }) => result !== 'ok').map(({ id }) => id)
  t.same(
    odd,
    ['database.settings', 'installation.tls'],
    'the server for tests has no fsync, and the address is not https',
  )
  t.match(found.get('installation.round-trip'), { result: 'ok', detail: /refuses a message without a notification/ })
  t.match(found.get('installation.public-url'), { result: 'ok', detail: /answers with the contract/ })

  t.same(world.whmcs.orders(), [], 'nothing was ordered')
  t.match(world.salesforce.calls, { collections: 0, composite: 0 }, 'nothing was written')
  t.equal(world.salesforce.record(orderId)?.Provisioning_Status__c, undefined)
  t.equal(log.filter((line) => line.includes('message.recorded')).length, 0, 'and no message was recorded')
})

type Break = (world: Examining) => void | Promise<void>
const setup =
  (change: (setup: Examining['salesforce']['setup']) => void): Break =>
  ({ salesforce }) =>
    change(salesforce.setup)
const forbid =
  (action: string): Break =>
  ({ whmcs }) =>
    void whmcs.forbids.add(action)
const setting =
  (name: string, value: string): Break =>
  ({ settings }) =>
    void Object.assign(settings, { [name]: value })

const CASES: [string, Break, string, 'warn' | 'fail', RegExp][] = [
  [
    'a refused login',
    setting('SALESFORCE_CLIENT_SECRET', 'wrong'),
    'salesforce.login',
    'fail',
    /SALESFORCE_LOGIN_REFUSED/,
  ],
  [
    'a token of another organisation',
    ({ salesforce }) => void Object.assign(salesforce, { loginOrganizationId: '00D000000000001AAA' }),
    'salesforce.organization',
    'fail',
    /SALESFORCE_WRONG_ORGANIZATION/,
  ],
  [
    'an API version',
    setting('SALESFORCE_API_VERSION', '65.0'),
    'salesforce.api-version',
    'fail',
    /no API version 65\.0/,
  ],
  [
    'a budget that is used up',
    setup((of) => Object.assign(of.limits.DailyApiRequests, { Remaining: 0 })),
    'salesforce.limits',
    'fail',
    /0 of 15000/,
  ],
  [
    'a budget that is nearly used up',
    setup((of) => Object.assign(of.limits.DailyApiRequests, { Remaining: 900 })),
    'salesforce.limits',
    'warn',
    /900 of 15000/,
  ],
  [
    'a field that is not visible',
    setup((of) => of.invisible.add('Account.WHMCS_Client_ID__c')),
    'salesforce.fields',
    'fail',
    /Account\.WHMCS_Client_ID__c \(account\.whmcsClientId\)/,
  ],
  [
    'a field that can not be edited',
    setup((of) => of.unwritable.add('Order.Provisioning_Error_Code__c')),
    'salesforce.writable',
    'fail',
    /may not edit Order\.Provisioning_Error_Code__c/,
  ],
  [
    'a value that a picklist lacks',
    setup((of) =>
      Object.assign(of.picklists, { 'Order.Provisioning_Status__c': { values: ['Failed'], restricted: true } }),
    ),
    'salesforce.picklists',
    'fail',
    /has no 'Activating', 'Provisioned' \(statuses\)/,
  ],
  [
    'the permission that it lacks',
    setup((of) => Object.assign(of.permissions, { PermissionsEditActivatedOrders: false })),
    'salesforce.edit-activated-orders',
    'fail',
    /lacks the permission Edit Activated Orders/,
  ],
  [
    'the permission that it must not have',
    setup((of) => Object.assign(of.permissions, { PermissionsEnableNotifications: true })),
    'salesforce.send-outbound-messages',
    'fail',
    /Send Outbound Messages/,
  ],
  [
    'a message that is missing',
    setup((of) => of.messages.splice(0)),
    'salesforce.message',
    'fail',
    /no outbound message on Order/,
  ],
  [
    'a message that leads elsewhere',
    setting('PUBLIC_URL', 'http://localhost:9'),
    'salesforce.message',
    'fail',
    /leads to soapstone\.example\.com/,
  ],
  [
    'a message without the key',
    setting('OUTBOUND_MESSAGE_KEY', 'abcdefghijklmnopqrstuvwxyz'),
    'salesforce.message',
    'fail',
    /no key, or another one/,
  ],
  [
    'a message that sends other fields',
    setup((of) => of.messages[0]?.fields.splice(0, 1, 'Type')),
    'salesforce.contract',
    'warn',
    /sends Type, which the contract lacks; Soapstone does not send AccountId/,
  ],
  [
    'a flow that sleeps',
    setup(({ flows: [flow] }) => Object.assign(flow ?? {}, { active: false })),
    'salesforce.flow',
    'fail',
    /not active/,
  ],
  ['a flow that is missing', setup((of) => of.flows.splice(0)), 'salesforce.flow', 'warn', /no flow sends Soapstone/],
  [
    'setup that nobody may see',
    ({ salesforce }) => salesforce.faults.push({ on: 'setup', kind: 'status', status: 403, times: 99 }),
    'salesforce.message',
    'warn',
    /can't be read/,
  ],
  ['wrong credentials', setting('WHMCS_SECRET', 'wrong'), 'whmcs.login', 'fail', /WHMCS_ACCESS_REFUSED/],
  ['an action that is not allowed', forbid('AcceptOrder'), 'whmcs.actions', 'fail', /may not use AcceptOrder/],
  [
    'a payment method',
    setting('WHMCS_PAYMENT_METHOD', 'paypal'),
    'whmcs.payment-method',
    'fail',
    /no payment method paypal/,
  ],
  ['a question that is not allowed', forbid('GetPaymentMethods'), 'whmcs.payment-method', 'warn', /not checked/],
  [
    'a product that is not there',
    ({ whmcs }) => void Object.assign(whmcs, { anyProduct: false }),
    'whmcs.products',
    'fail',
    /\(HOSTING\): WHMCS has no product 185/,
  ],
  [
    'a cycle that is not sold',
    ({ whmcs }) => whmcs.addProduct({ pid: 185, cycles: ['annually'] }),
    'whmcs.products',
    'fail',
    /not sold monthly, but annually/,
  ],
  [
    'a field for the marker',
    setting('WHMCS_MARKER', 'custom-field'),
    'whmcs.custom-fields',
    'fail',
    /nothing for WHMCS product 185/,
  ],
  ['no currency', ({ whmcs }) => void whmcs.currencies.splice(0), 'whmcs.currency', 'fail', /no currency/],
  ['no marker', setting('WHMCS_MARKER', 'none'), 'whmcs.marker', 'warn', /a person decides/],
]

for (const [what, breakIt, id, result, detail] of CASES) {
  t.test(`diagnose notices ${what}`, async (t) => {
    const world = await createExamining(t)
    await breakIt(world)
    const found = await world.examine({ only: [id] })
    t.equal(found.get(id)?.result, result)
    t.match(found.get(id)?.detail, detail)
    t.match(found.get(id)?.remedy, /^[A-Z].{10,}\.$/)
  })
}

t.test('diagnose notices a marker that WHMCS does not give back', async (t) => {
  const world = await createExamining(t, { BATCH_WAIT: '20ms' })
  const service = await startService(t, world)
  const orderId = world.salesforce.addOrder()
  await world.salesforce.send({ endpoint: `${service.url}/outbound-messages/order`, orderIds: [orderId] })
  const { until } = await import('../../helpers/until.ts')
  await until(() => world.salesforce.record(orderId)?.Provisioning_Status__c === 'Provisioned', 'the order is done')
  t.match((await world.examine({ only: ['whmcs.marker'] })).get('whmcs.marker'), {
    result: 'ok',
    detail: /can be read back/,
  })
  world.settings.WHMCS_MARKER = 'custom-field'
  t.match((await world.examine({ only: ['whmcs.marker'] })).get('whmcs.marker'), {
    result: 'fail',
    detail: /does not give/,
  })
})

t.test('diagnose says what it can while half of it is down', async (t) => {
  const world = await createExamining(t)
  await Promise.all([world.salesforce.close(), world.whmcs.close()])
  const found = await world.examine()
  t.match(found.get('database.reachable'), { result: 'ok' })
  t.match(found.get('salesforce.login'), {
    result: 'fail',
    detail: /SALESFORCE_UNREACHABLE/,
    remedy: /SALESFORCE_INSTANCE_URL/,
  })
  t.match(found.get('salesforce.fields'), { result: 'warn', detail: /not checked, because salesforce.login fails/ })
  t.match(found.get('whmcs.login'), { result: 'fail', detail: /WHMCS_UNREACHABLE/ })
  t.match(found.get('whmcs.time-outs'), { result: 'ok' })
})

t.test('diagnose does not wait for a server that says nothing', async (t) => {
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  t.teardown(() => silent.close())
  const address = silent.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const world = await createExamining(t)
  const ledger = { url: `postgres://nobody@127.0.0.1:${port}/x`, folder: '.soapstone' }
  const found = await world.examine({ ledger, only: ['database'] })
  t.match(found.get('database.reachable'), { result: 'fail', detail: /timeout|no answer|terminated/ })
})

t.test('diagnose looks at what can be looked at where the settings have problems', async (t) => {
  const world = await createExamining(t)
  world.settings.PORT = 'eighty'
  const found = await world.examine()
  t.match(found.get('installation.settings'), { result: 'fail', detail: /PORT is not a whole number/ })
  t.match(found.get('database.reachable'), { result: 'ok' })
  t.notOk(found.has('salesforce.login'), 'nobody knows how to log in')
})
