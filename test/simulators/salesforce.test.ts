import { generateKeyPairSync, sign } from 'node:crypto'
import { Connection } from 'jsforce/lib/connection.js'
import t, { type Test } from 'tap'
import { to18 } from './salesforce/ids.ts'
import { isObject } from './salesforce/reply.ts'
import { type SalesforceOptions, startSalesforce } from './salesforce.ts'

const orderQuery = `SELECT Id, OrderNumber, Status, TotalAmount, WHMCS_Order_ID__c, Account.Name, Account.WHMCS_Client_ID__c,
  (SELECT Id, Quantity, UnitPrice, WHMCS_Service_ID__c, Product2.Name, Product2.WHMCS_Product_ID__c,
  PricebookEntry.Product2.ProductCode FROM OrderItems ORDER BY OrderItemNumber) FROM Order WHERE Id IN `

t.test('ids carry the checksum that Salesforce computes', async (t) => {
  t.equal(to18('a0D30000001n7Pi'), 'a0D30000001n7PiEAI')
  t.equal(to18('AbCdEfGhIjKlMnO'), 'AbCdEfGhIjKlMnOVKV')
  t.equal(to18('0F9E000000092w2'), '0F9E000000092w2KAA')
  const [one, two, other] = await Promise.all([build(t, { seed: 1 }), build(t, { seed: 1 }), build(t, { seed: 2 })])
  t.equal(one.salesforce.addOrder(), two.salesforce.addOrder())
  t.not(one.salesforce.organizationId, other.salesforce.organizationId)
})

t.test('query answers orders with account and items in the shape of Salesforce', async (t) => {
  const { salesforce, query } = await build(t)
  const productId = salesforce.addProduct({ Name: 'Domain', ProductCode: 'DOM' })
  const id = salesforce.addOrder({ items: [{ productId, Quantity: 2, UnitPrice: 10.5 }] })
  const bare = salesforce.addOrder({ items: [], fields: { AccountId: null } })
  const { body, headers } = await query(`${orderQuery} ('${id.slice(0, 15)}', '${bare}')`)
  t.match(body, { totalSize: 2, done: true })
  t.match(rows(body)[0], {
    attributes: { type: 'Order', url: `/services/data/v67.0/sobjects/Order/${id}` },
    Id: id,
    OrderNumber: '00000101',
    TotalAmount: 21,
    WHMCS_Order_ID__c: null,
    Account: { attributes: { type: 'Account' }, WHMCS_Client_ID__c: '1001' },
    OrderItems: { totalSize: 1, done: true },
  })
  const { OrderItems } = rows(body)[0] ?? {}
  t.match(rows(OrderItems), [
    { Quantity: 2, Product2: { WHMCS_Product_ID__c: '185' }, PricebookEntry: { Product2: { ProductCode: 'DOM' } } },
  ])
  t.match(rows(body)[1], { Account: null, OrderItems: null })
  t.equal(headers.get('sforce-limit-info'), 'api-usage=1/15000')
})

t.test('query filters, sorts, limits and refuses what the organisation does not have', async (t) => {
  const { salesforce, query } = await build(t)
  for (const TotalAmount of [5, 20, 10]) salesforce.addOrder({ fields: { TotalAmount, Description: "it's" } })
  const found =
    "SELECT TotalAmount FROM Order WHERE TotalAmount >= 10 AND Description = 'It\\'s' ORDER BY TotalAmount DESC"
  t.match(rows((await query(found)).body), [{ TotalAmount: 20 }, { TotalAmount: 10 }])
  t.equal(rows((await query(`${found} LIMIT 1`)).body).length, 1)
  const refused = {
    'SELECT Nope__c FROM Order': 'INVALID_FIELD',
    'SELECT Nope.Id FROM Order': 'INVALID_FIELD',
    'SELECT Id, (SELECT Id FROM Nope) FROM Order': 'INVALID_FIELD',
    'SELECT Id, id FROM Order': 'INVALID_FIELD',
    'SELECT Id FROM Nope': 'INVALID_TYPE',
    'SELECT Id, FROM Order': 'MALFORMED_QUERY',
    "SELECT Id FROM Order WHERE Id = 'x": 'MALFORMED_QUERY',
    "SELECT Id FROM Order WHERE Id IN ('80100000000000x1')": 'INVALID_QUERY_FILTER_OPERATOR',
  }
  for (const [soql, errorCode] of Object.entries(refused)) {
    t.match(await query(soql), { status: 400, body: [{ errorCode }] }, soql)
  }
})

t.test('query pages on both levels', async (t) => {
  const { salesforce, query, call } = await build(t)
  const productId = salesforce.addProduct()
  const ids = [1, 2, 3].map(() => salesforce.addOrder({ items: [{ productId }, { productId }, { productId }] }))
  salesforce.pageSize = 2
  salesforce.childPageSize = 2
  const first = await query(`${orderQuery} (${ids.map((id) => `'${id}'`)})`)
  t.match(first.body, { totalSize: 3, done: false, records: { length: 2 } })
  for (const page of [first.body, rows(first.body)[0]?.OrderItems]) {
    const next = await call('GET', isObject(page) ? String(page.nextRecordsUrl) : '')
    t.match(next.body, { totalSize: 3, done: true, records: { length: 1 } })
  }
  t.match(salesforce.calls, { query: 1, queryMore: 2, total: 3 })
  t.match(await call('GET', '/services/data/v67.0/query/01gx-2'), { body: [{ errorCode: 'INVALID_QUERY_LOCATOR' }] })
})

t.test('collections saves what it can and answers record by record', async (t) => {
  const { salesforce, update } = await build(t)
  const [good = '', long = '', gone = ''] = [1, 2, 3].map(() => salesforce.addOrder())
  salesforce.remove(gone)
  const before = salesforce.record(good)
  const { body } = await update([
    { id: good, Provisioning_Status__c: 'Activating' },
    { id: long, Provisioning_Error_Message__c: 'x'.repeat(256) },
    { id: gone, Provisioning_Status__c: 'Activating' },
    { id: good.slice(0, 15), Provisioning_Status__c: 'Failed' },
    { id: salesforce.addOrder(), Nope__c: 1 },
    { id: salesforce.addOrder(), OrderNumber: '1' },
  ])
  t.match(body, [
    { id: good, success: true, errors: [] },
    {
      id: long,
      success: false,
      errors: [{ statusCode: 'STRING_TOO_LONG', fields: ['Provisioning_Error_Message__c'] }],
    },
    { id: gone, success: false, errors: [{ statusCode: 'ENTITY_IS_DELETED' }] },
    { errors: [{ statusCode: 'DUPLICATE_VALUE' }] },
    { errors: [{ statusCode: 'INVALID_FIELD' }] },
    { errors: [{ statusCode: 'INVALID_FIELD_FOR_INSERT_UPDATE' }] },
  ])
  t.equal(salesforce.record(good)?.Provisioning_Status__c, 'Activating')
  t.not(salesforce.record(good)?.LastModifiedDate, before?.LastModifiedDate)
  t.match(await update(Array.from({ length: 201 }, () => ({ id: good }))), { status: 400 })
})

t.test('collections rolls all back when allOrNone is set', async (t) => {
  const { salesforce, call } = await build(t)
  const id = salesforce.addOrder()
  const records = [order({ id, WHMCS_Order_ID__c: '7' }), order({ id: 'bad' })]
  const { body } = await call('PATCH', '/services/data/v67.0/composite/sobjects', { allOrNone: true, records })
  t.match(body, [
    { success: false, errors: [{ statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK' }] },
    { success: false, errors: [{ statusCode: 'MALFORMED_ID' }] },
  ])
  t.equal(salesforce.record(id)?.WHMCS_Order_ID__c, undefined)
})

t.test('composite runs queries and updates as one call', async (t) => {
  const { salesforce, call } = await build(t)
  const id = salesforce.addOrder()
  salesforce.faults.push({ on: 'composite', kind: 'record-error', statusCode: 'UNABLE_TO_LOCK_ROW', message: 'locked' })
  const sobjects = '/services/data/v67.0/composite/sobjects'
  const q = new URLSearchParams({ q: 'SELECT Id, WHMCS_Order_ID__c FROM Order' })
  const compositeRequest = [
    { method: 'PATCH', url: sobjects, referenceId: 'a', body: { records: [order({ id, WHMCS_Order_ID__c: '1' })] } },
    { method: 'PATCH', url: sobjects, referenceId: 'b', body: { records: [order({ id, WHMCS_Order_ID__c: '2' })] } },
    { method: 'GET', url: `/services/data/v67.0/query?${q}`, referenceId: 'c' },
    { method: 'DELETE', url: sobjects, referenceId: 'd' },
  ]
  const { body } = await call('POST', '/services/data/v67.0/composite', { compositeRequest })
  t.match(body, {
    compositeResponse: [
      {
        referenceId: 'a',
        httpStatusCode: 200,
        body: [{ success: false, errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW' }] }],
      },
      { referenceId: 'b', httpStatusCode: 200, httpHeaders: {}, body: [{ success: true }] },
      { referenceId: 'c', httpStatusCode: 200, body: { records: [{ WHMCS_Order_ID__c: '2' }] } },
      { referenceId: 'd', httpStatusCode: 404 },
    ],
  })
  t.match(salesforce.calls, { composite: 1, query: 0, collections: 0, total: 1 })
  const six = Array.from({ length: 6 }, () => compositeRequest[2])
  t.match(await call('POST', '/services/data/v67.0/composite', { compositeRequest: six }), { status: 400 })
})

t.test('oauth issues tokens for client credentials until they expire', async (t) => {
  const { salesforce, token } = await build(t)
  const { clientId: client_id, clientSecret: client_secret } = salesforce
  const granted = await token({ grant_type: 'client_credentials', client_id, client_secret })
  t.match(granted.body, {
    token_type: 'Bearer',
    instance_url: salesforce.url,
    issued_at: /^\d{13}$/,
    signature: String,
  })
  const access = isObject(granted.body) ? String(granted.body.access_token) : ''
  t.ok(access.startsWith(`${salesforce.organizationId.slice(0, 15)}!`))
  const ask = async () => {
    const url = `${salesforce.url}/services/data/v67.0/query?q=SELECT+Id+FROM+Organization`
    return readReply(await fetch(url, { headers: { authorization: `Bearer ${access}` } }))
  }
  t.match(await ask(), { status: 200, body: { records: [{ Id: salesforce.organizationId }] } })
  salesforce.expireSessions()
  t.match(await ask(), { status: 401, body: [{ errorCode: 'INVALID_SESSION_ID' }] })
  const wrong = await token({ grant_type: 'client_credentials', client_id, client_secret: 'wrong' })
  t.match(wrong, { status: 400, body: { error: 'invalid_client', error_description: String } })
  t.match(await token({ grant_type: 'password' }), { status: 400, body: { error: 'unsupported_grant_type' } })
  t.match(salesforce.calls, { oauth: 3, total: 2 })
})

t.test('oauth verifies a JWT bearer assertion', async (t) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwtPublicKey = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const { salesforce, token } = await build(t, { jwtPublicKey, jwtUsername: 'integration@example.com' })
  const exp = Math.floor(Date.now() / 1000) + 180
  const claims = { iss: salesforce.clientId, sub: 'integration@example.com', aud: salesforce.url, exp }
  const ask = (payload: object, tail = '') => {
    const signed = [{ alg: 'RS256' }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const signature = sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')
    const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
    return token({ grant_type, assertion: `${signed}${tail}.${signature}` })
  }
  t.match(await ask(claims), { status: 200, body: { access_token: String, instance_url: salesforce.url } })
  for (const wrong of [{ iss: 'x' }, { sub: 'x' }, { aud: 'x' }, { exp: exp - 3600 }]) {
    t.match(await ask({ ...claims, ...wrong }), { status: 400 }, JSON.stringify(wrong))
  }
  t.match(await ask(claims, 'x'), { status: 400, body: { error: 'invalid_grant' } })
})

t.test('faults happen as often as asked, to the calls they name', async (t) => {
  const { salesforce, query, update } = await build(t)
  const id = salesforce.addOrder()
  salesforce.faults.push({ on: 'query', kind: 'status', status: 503, times: 2 })
  t.match(await update([{ id }]), { status: 200 })
  t.match(await query('SELECT Id FROM Order'), { status: 503 })
  t.match(await query('SELECT Id FROM Order'), { status: 503 })
  t.match(await query('SELECT Id FROM Order'), { status: 200 })
  salesforce.faults.push({ on: 'collections', kind: 'record-error', recordId: id, statusCode: 'X', message: 'y' })
  t.match(await update([{ id: salesforce.addOrder() }, { id }]), { body: [{ success: true }, { success: false }] })
  salesforce.faults.push({ on: 'any', kind: 'reset' })
  await t.rejects(update([{ id, WHMCS_Order_ID__c: '8' }]))
  t.equal(salesforce.record(id)?.WHMCS_Order_ID__c, undefined)
  salesforce.faults.push({ on: 'any', kind: 'reset-after' })
  await t.rejects(update([{ id, WHMCS_Order_ID__c: '9' }]))
  t.equal(salesforce.record(id)?.WHMCS_Order_ID__c, '9')
  salesforce.faults.push({ on: 'any', kind: 'status', status: 403, times: Number.POSITIVE_INFINITY })
  t.match(await query('SELECT Id FROM Order'), { body: [{ errorCode: 'REQUEST_LIMIT_EXCEEDED' }] })
  salesforce.faults.clear()
  t.match(await query('SELECT Id FROM Order'), { status: 200 })
})

t.test('a call that hangs is cut off when the simulator closes', async (t) => {
  const { salesforce, query } = await build(t)
  salesforce.faults.push({ on: 'query', kind: 'hang' })
  const arrived = new Promise((resolve) => salesforce.on('call', resolve))
  const refused = t.rejects(query('SELECT Id FROM Order'))
  t.same(await arrived, { kind: 'query', body: 'SELECT Id FROM Order' })
  await salesforce.close()
  await refused
})

t.test('jsforce works against the simulator', async (t) => {
  const { salesforce } = await build(t, { latencyMs: 1 })
  const { clientId, clientSecret } = salesforce
  const connection = new Connection({ version: '67.0', oauth2: { clientId, clientSecret, loginUrl: salesforce.url } })
  await connection.authorize({ grant_type: 'client_credentials' })
  const Id = salesforce.addOrder()
  const records = [{ Id, Provisioning_Status__c: 'Activating' }]
  t.match(await connection.update('Order', records, { allOrNone: false }), [{ id: Id, success: true }])
  t.match(await connection.query(`${orderQuery} ('${Id}')`), { records: [{ Id, OrderItems: { totalSize: 1 } }] })
  t.equal(connection.limitInfo.apiUsage?.used, 2)
})

async function build(t: Test, options: SalesforceOptions = {}) {
  const salesforce = await startSalesforce(options)
  t.teardown(() => salesforce.close())
  const headers = { authorization: `Bearer ${salesforce.issueSession()}`, 'content-type': 'application/json' }

  async function call(method: string, path: string, body?: unknown) {
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
    return readReply(await fetch(`${salesforce.url}${path}`, init))
  }

  return {
    salesforce,
    call,
    query: (q: string) => call('GET', `/services/data/v67.0/query?${new URLSearchParams({ q })}`),
    update: (records: Record<string, unknown>[]) =>
      call('PATCH', '/services/data/v67.0/composite/sobjects', { allOrNone: false, records: records.map(order) }),
    token: async (form: Record<string, string>) => {
      const body = new URLSearchParams(form)
      return readReply(await fetch(`${salesforce.url}/services/oauth2/token`, { method: 'POST', body }))
    },
  }
}

async function readReply(response: Response) {
  const body: unknown = await response.json()
  return { status: response.status, headers: response.headers, body }
}

function rows(page: unknown): Record<string, unknown>[] {
  return isObject(page) && Array.isArray(page.records) ? page.records.filter(isObject) : []
}

function order(fields: Record<string, unknown>) {
  return { attributes: { type: 'Order' }, ...fields }
}
