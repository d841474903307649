import t from 'tap'
import { createLook } from '../helpers/look.ts'
import { mappingFile } from '../helpers/mapping.ts'
import { createService } from '../helpers/service.ts'

const FIELDS = {
  ...{ firstname: 'Account.First__c', lastname: 'Account.Name', companyname: 'Account.Name' },
  ...{ email: 'Account.Mail__c', address1: 'Account.BillingStreet', city: 'Account.BillingCity', state: 'n/a' },
  ...{ postcode: 'Account.BillingPostalCode', country: 'Account.BillingCountryCode', phonenumber: 'Account.Phone' },
  ...{ 'customfields.7': 'Account.Number__c', notes: 'Account.Note__c' },
}
const CREATES = { client: { create: true, fields: FIELDS } }
const FINDS = { client: { email: 'Account.Mail__c' } }

const ACCOUNT = {
  ...{ WHMCS_Client_ID__c: null, Name: 'Müller & Söhne', First__c: 'Jürgen', Mail__c: 'jm@example.com' },
  ...{ BillingStreet: 'Weg 1', BillingCity: 'Köln', BillingPostalCode: '50667', BillingCountryCode: 'DE' },
  ...{ Phone: '+49 221 1', Number__c: 'C-0042', Note__c: 'sfAccountId=001Ss00000Zz9YyIAJ' },
}

async function build(t: Parameters<typeof createLook>[0], mapping: object) {
  const world = await createService(t, { MAPPING_FILE: mappingFile(t, mapping) })
  world.whmcs.anyClient = false
  return { ...world, look: createLook(t, world) }
}

t.test('the client of a new account is made from mapped fields, once, and its link is written', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t, CREATES)
  const accountId = salesforce.addAccount(ACCOUNT)
  const orders = Array.from({ length: 4 }, () => salesforce.addOrder({ accountId }))
  await Promise.all(orders.map((orderId) => salesforce.send({ endpoint, orderIds: [orderId] })))
  for (const orderId of orders) await look.once(t, orderId)
  const [client, ...more] = whmcs.clients()
  t.same(more, [], 'four orders at once make one client')
  t.match(client, {
    ...{ firstname: 'Jürgen', lastname: 'Müller & Söhne', email: 'jm@example.com', customFields: { 7: 'C-0042' } },
    notes: `sfAccountId=${accountId}\nsfAccountId:001Ss00000Zz9YyIAJ`,
    asked: { country: 'DE', city: 'Köln', noemail: '1', password2: /^\S{32}$/ },
  })
  t.equal(whmcs.calls.AddClient, 1)
  t.equal(salesforce.record(accountId)?.WHMCS_Client_ID__c, String(client?.id))
  t.same(new Set(whmcs.orders().map(({ clientId }) => clientId)), new Set([client?.id]))
  const { rows } = await look.pool.query(
    'select account_id, state, whmcs_client_id, found_by, sends from ledger.client',
  )
  t.same(rows, [
    { account_id: accountId, state: 'known', whmcs_client_id: String(client?.id), found_by: 'made', sends: 1 },
  ])
  t.notMatch(JSON.stringify((await look.pool.query('select * from ledger.provisioning')).rows), 'password2":"[^(]')
})

for (const fault of [
  { kind: 'lost-reply' },
  { kind: 'html-500' },
  { kind: 'cut-json' },
  { kind: 'late', ms: 300 },
  { kind: 'hang-before' },
  { kind: 'reset' },
] as const) {
  t.test(`a client is made once, whatever becomes of the answer: ${fault.kind}`, async (t) => {
    const { salesforce, whmcs, endpoint, look } = await buildHasty(t)
    whmcs.faults.push({ on: 'AddClient', ...fault })
    const accountId = salesforce.addAccount(ACCOUNT)
    const orderId = salesforce.addOrder({ accountId })
    await salesforce.send({ endpoint, orderIds: [orderId] })
    await look.once(t, orderId)
    t.equal(whmcs.clients().length, 1)
    t.equal(salesforce.record(accountId)?.WHMCS_Client_ID__c, String(whmcs.clients()[0]?.id))
  })
}

async function buildHasty(t: Parameters<typeof createLook>[0]) {
  const world = await createService(t, { MAPPING_FILE: mappingFile(t, CREATES), WHMCS_TIMEOUT: '1s' })
  world.whmcs.anyClient = false
  return { ...world, look: createLook(t, world) }
}

t.test('a client that is there is found by its address of mail, and none is made', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t, FINDS)
  const id = whmcs.addClient({ email: 'JM@example.com' })
  whmcs.addClient({ email: 'jm@example.com.au' })
  const accountId = salesforce.addAccount(ACCOUNT)
  const orderId = salesforce.addOrder({ accountId })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  t.equal(whmcs.orders()[0]?.clientId, id)
  t.equal(salesforce.record(accountId)?.WHMCS_Client_ID__c, String(id))
  t.equal(whmcs.calls.AddClient, 0)
})

t.test('a client is not guessed: none, or several with the address, wait for a person', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t, FINDS)
  whmcs.addClient({ id: 31, email: 'two@example.com' })
  whmcs.addClient({ id: 32, email: 'two@example.com' })
  const order = (mail: string | null) => {
    const accountId = salesforce.addAccount({ ...ACCOUNT, Mail__c: mail })
    return salesforce.addOrder({ accountId })
  }
  const [none, two, nameless] = [order('no@example.com'), order('two@example.com'), order(null)]
  await salesforce.send({ endpoint, orderIds: [none, two, nameless] })
  const code = async (orderId: string) => (await look.order(orderId, 'Failed')).Provisioning_Error_Code__c
  t.same(
    [await code(none), await code(two), await code(nameless)],
    ['CLIENT_NOT_FOUND', 'CLIENT_AMBIGUOUS', 'CLIENT_NOT_FOUND'],
  )
  t.equal(whmcs.calls.AddOrder, 0)
})

t.test('a client that WHMCS refuses to make is a failure with its words, and the mended account goes on', async (t) => {
  const { salesforce, whmcs, endpoint, look } = await build(t, CREATES)
  const accountId = salesforce.addAccount({ ...ACCOUNT, Phone: null })
  const orderId = salesforce.addOrder({ accountId })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const failed = await look.order(orderId, 'Failed')
  t.equal(failed.Provisioning_Error_Code__c, 'WHMCS_CLIENT_REFUSED')
  t.match(failed.Provisioning_Error_Message__c, /AddClient: You did not enter your phone number/)
  salesforce.update(accountId, { Phone: '+49 221 1' })
  salesforce.update(orderId, { Description: 'mended' })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  t.equal(whmcs.clients().length, 1)
})

t.test('the external id decides between clients of one address', async (t) => {
  const client = { email: 'Account.Mail__c', externalId: { customfield: 7, value: 'Account.Number__c' } }
  const { salesforce, whmcs, endpoint, look } = await build(t, { client })
  whmcs.addClient({ id: 31, email: 'jm@example.com', customFields: { 7: 'C-0041' } })
  whmcs.addClient({ id: 32, email: 'jm@example.com', customFields: { 7: 'C-0042' } })
  const orderId = salesforce.addOrder({ accountId: salesforce.addAccount(ACCOUNT) })
  await salesforce.send({ endpoint, orderIds: [orderId] })
  await look.once(t, orderId)
  t.equal(whmcs.orders()[0]?.clientId, 32)
})
