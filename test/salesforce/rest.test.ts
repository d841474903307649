import t from 'tap'
import { startHttpServer } from '../helpers/http-server.ts'
import { createAdapter } from '../helpers/salesforce.ts'

const ORDERS = 'SELECT Id, (SELECT Id FROM OrderItems) FROM Order'

t.test('query reads every page, of the orders and of their items', async (t) => {
  const { salesforce, query } = await createAdapter(t)
  const productId = salesforce.addProduct()
  const sizes = [1, 2, 3, 5, 8]
  for (const size of sizes) salesforce.addOrder({ items: Array.from({ length: size }, () => ({ productId })) })
  salesforce.pageSize = 2
  salesforce.childPageSize = 2
  const rows = await query([], ORDERS)
  t.same(
    rows.map((row) => (Array.isArray(row.OrderItems) ? new Set(row.OrderItems.map((item) => item.Id)).size : 0)).sort(),
    sizes,
  )
  t.match(salesforce.calls, { query: 1, queryMore: 2 + 1 + 2 + 3 })
})

t.test('query asks several questions with one call, and refuses all when one of them is wrong', async (t) => {
  const { salesforce, sessions, rest } = await createAdapter(t)
  const ids = Array.from({ length: 3 }, () => salesforce.addOrder({ items: [] }))
  const questions = ids.map((id) => `SELECT Id FROM Order WHERE Id IN ('${id}')`)
  const ask = (queries: string[]) => sessions.use([], (connection) => rest.query(connection, queries))
  t.same(
    (await ask(questions)).map((row) => row.Id),
    ids,
  )
  t.match(salesforce.calls, { query: 0, composite: 1, total: 1 })
  await t.rejects(ask([...questions, 'SELECT Nothing FROM Order']), { code: 'SALESFORCE_FORBIDDEN' })
  t.same(await ask([]), [])
  t.match(salesforce.calls, { composite: 2, total: 2 })
})

t.test('query gives null for an order without items, and nothing for no orders', async (t) => {
  const { salesforce, query } = await createAdapter(t)
  t.same(await query([], ORDERS), [])
  salesforce.addOrder({ items: [] })
  t.match(await query([], ORDERS), [{ OrderItems: null }])
})

t.test('update changes up to two hundred records with one call', async (t) => {
  const { salesforce, sessions, rest } = await createAdapter(t)
  const records = Array.from({ length: 200 }, () => ({
    type: 'Order',
    id: salesforce.addOrder(),
    fields: { Provisioning_Status__c: 'Activating' },
  }))
  const results = await sessions.use([], (connection) => rest.update(connection, records))
  t.ok(results.length === 200 && results.every((result) => result === undefined))
  t.match(salesforce.calls, { collections: 1, composite: 0, total: 1 })
})

t.test('update changes more with one call too, each record on its own', async (t) => {
  const { salesforce, sessions, rest } = await createAdapter(t)
  const records = Array.from({ length: 401 }, (_, i) => ({
    type: 'Order',
    id: salesforce.addOrder(),
    fields: { Provisioning_Status__c: `status ${i}` },
  }))
  const locked = records[250]?.id ?? ''
  salesforce.remove(records[400]?.id ?? '')
  const fault = { on: 'composite', kind: 'record-error', recordId: locked } as const
  salesforce.faults.push({ ...fault, statusCode: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain exclusive access' })
  const results = await sessions.use([], (connection) => rest.update(connection, records))
  t.equal(results.length, 401)
  const failed = results.flatMap((result, i) => (result ? [[i, result.code]] : []))
  t.same(failed, [
    [250, 'UNABLE_TO_LOCK_ROW'],
    [400, 'ENTITY_IS_DELETED'],
  ])
  t.equal(salesforce.record(records[399]?.id ?? '')?.Provisioning_Status__c, 'status 399')
  t.match(salesforce.calls, { collections: 0, composite: 1, total: 1 })
})

t.test('update tells which record failed and why, and saves the others', async (t) => {
  const { salesforce, sessions, rest } = await createAdapter(t)
  const [good, bad] = [salesforce.addOrder(), salesforce.addOrder()]
  const record = (id: string, text: string) => ({
    type: 'Order',
    id,
    fields: { Provisioning_Error_Message__c: text },
  })
  const results = await sessions.use([], (connection) =>
    rest.update(connection, [record(bad, 'x'.repeat(256)), record(good, 'x')]),
  )
  t.match(results, [{ code: 'STRING_TOO_LONG', fields: ['Provisioning_Error_Message__c'] }, undefined])
  t.equal(salesforce.record(good)?.Provisioning_Error_Message__c, 'x')
})

t.test('rest knows an answer that is not for what was asked', async (t) => {
  const { salesforce, sessions, rest, query } = await createAdapter(t)
  const update = () =>
    sessions.use([], (connection) =>
      rest.update(connection, [{ type: 'Order', id: salesforce.addOrder(), fields: {} }]),
    )
  const unreadable = { code: 'SALESFORCE_ANSWER_UNREADABLE' }
  for (const body of [[], {}, 'hello', [{ success: true }, { success: true }]]) {
    salesforce.faults.push({ on: 'collections', kind: 'status', status: 200, body })
    await t.rejects(update(), unreadable, JSON.stringify(body))
  }
  for (const body of [[], { records: 7 }, '<html>Maintenance</html>']) {
    salesforce.faults.push({ on: 'query', kind: 'status', status: 200, body })
    await t.rejects(query(), unreadable, JSON.stringify(body))
  }
  const many = Array.from({ length: 201 }, () => ({ type: 'Order', id: 'x', fields: {} }))
  salesforce.faults.push({ on: 'composite', kind: 'status', status: 200, body: { compositeResponse: [] } })
  await t.rejects(
    sessions.use([], (connection) => rest.update(connection, many)),
    unreadable,
  )
})

t.test('query takes no page for complete that lacks a row, or says that it is not done', async (t) => {
  const { salesforce, query } = await createAdapter(t)
  const items = (page: object) => ({ done: true, totalSize: 1, records: [{ Id: '801', OrderItems: page }] })
  const row = { Id: '802' }
  const pages = [
    { done: false, totalSize: 3, records: [row] },
    { totalSize: 3, records: [row] },
    { done: true, records: [row, null] },
    { done: true, records: 'none' },
    { done: false, records: [row], nextRecordsUrl: 'https://elsewhere.example.com/services/data/v67.0/query/01g' },
    { done: false, records: [row], nextRecordsUrl: '/services/data/v67.0/query/unknown-1' },
  ]
  for (const page of pages) {
    for (const body of [page, items(page)]) {
      salesforce.faults.push({ on: 'query', kind: 'status', status: 200, body })
      await t.rejects(query([], ORDERS), { code: 'SALESFORCE_ANSWER_UNREADABLE' }, JSON.stringify(body))
    }
  }
  const again = { done: false, records: [row], nextRecordsUrl: '/services/data/v67.0/query/01g' }
  salesforce.faults.push({ on: 'query', kind: 'status', status: 200, body: again, times: 3 })
  await t.rejects(query([], ORDERS), { code: 'SALESFORCE_ANSWER_UNREADABLE', message: /names itself/ })
})

t.test('update throws for a part of a composite that failed as a whole', async (t) => {
  const { salesforce, sessions, rest } = await createAdapter(t)
  const part = { httpStatusCode: 503, body: [{ errorCode: 'SERVER_UNAVAILABLE', message: 'later' }] }
  const body = { compositeResponse: [part, part] }
  salesforce.faults.push({ on: 'composite', kind: 'status', status: 200, body })
  const many = Array.from({ length: 201 }, () => ({ type: 'Order', id: 'x', fields: {} }))
  await t.rejects(
    sessions.use([], (connection) => rest.update(connection, many)),
    { code: 'SALESFORCE_UNAVAILABLE', message: 'SERVER_UNAVAILABLE: later' },
  )
})

t.test('rest waits no longer than it may, to the last byte of an answer', async (t) => {
  const { salesforce, query } = await createAdapter(t, { session: { timeoutMs: 200 } })
  await query()
  salesforce.faults.push({ on: 'query', kind: 'hang', times: 2 })
  await t.rejects(query(), { code: 'SALESFORCE_UNREACHABLE' })
  const half = await startHttpServer(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 }).write('{"records":')
  })
  const stalled = await createAdapter(t, { session: { instanceUrl: half.url, timeoutMs: 200 } })
  await t.rejects(stalled.query(['session']), { code: 'SALESFORCE_UNREACHABLE' })
})

t.test('rest outlives an answer that breaks off in its middle', async (t) => {
  const broken = await startHttpServer(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 })
    response.write('{"records":', () => response.destroy())
  })
  const { query } = await createAdapter(t, { session: { instanceUrl: broken.url } })
  await t.rejects(query(['session']), { code: 'SALESFORCE_UNREACHABLE' })
})

t.test('rest follows no redirect: the token would go along', async (t) => {
  const elsewhere = await startHttpServer(t, (_request, response) => response.end('{"records":[]}'))
  for (const status of [301, 302, 307, 308]) {
    const front = await startHttpServer(t, (request, response) => {
      response.writeHead(status, { location: `${elsewhere.url}${request.url}` }).end()
    })
    const { query } = await createAdapter(t, { session: { instanceUrl: front.url } })
    await t.rejects(query(['session']), { code: 'SALESFORCE_ANSWER_UNREADABLE' })
  }
  t.same(elsewhere.requests, [])
})
