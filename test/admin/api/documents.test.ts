import t from 'tap'
import { createAdmin } from '../../helpers/admin.ts'
import { until } from '../../helpers/until.ts'

t.test('a document has versions: ETag says which, If-Match changes that one alone', async (t) => {
  const admin = await createAdmin(t)
  const token = await admin.token('operate')
  const at = '/api/documents/parcels/A-1'
  const put = (body: unknown, headers = {}) => admin.ask(at, { method: 'PUT', token, body, headers })
  t.match(await admin.ask(at, { token }), { status: 404, json: { code: 'NOT_FOUND' } })
  t.match(await put({ state: 'x' }, { 'if-match': '"1"' }), { status: 412, json: { code: 'PRECONDITION_FAILED' } })
  const made = await put({ state: 'open', tags: ['a'] }, { 'if-none-match': '*' })
  t.match(made, { status: 201, json: { collection: 'parcels', key: 'A-1', version: 1 } })
  t.equal(made.headers.get('location'), at)
  t.equal(made.headers.get('etag'), '"1"')
  t.match(await put({ state: 'late' }, { 'if-none-match': '*' }), { status: 412 })
  t.match(await put({ state: 'closed' }, { 'if-match': '"1"' }), { status: 200, json: { version: 2 } })
  t.match(await put({ state: 'late' }, { 'if-match': '"1"' }), { status: 412 })
  t.match(await put({ state: 'late' }, { 'if-match': 'nonsense' }), { status: 412 })
  const now = await admin.ask(at, { token })
  t.same(now.json, { state: 'closed' })
  t.equal(now.headers.get('etag'), '"2"')
  t.match(await admin.ask(at, { token, headers: { 'if-none-match': '"2"' } }), { status: 304 })
  t.same((await admin.ask(`${at}?version=1`, { token })).json, { state: 'open', tags: ['a'] })
  t.match(await admin.ask(at, { method: 'DELETE', token, headers: { 'if-match': '"1"' } }), { status: 412 })
  t.match(await admin.ask(at, { method: 'DELETE', token, headers: { 'if-match': '"2"' } }), { status: 204 })
  t.match(await admin.ask(at, { token }), { status: 404 })
  const { json } = await admin.ask(`${at}/versions`, { token })
  t.match(json.items, [
    { version: 3, removed: true, changedBy: 'a operateer' },
    { version: 2, removed: false },
    { version: 1, removed: false },
  ])
  t.match(await put({ state: 'again' }), { status: 201, json: { version: 4 } }, 'numbers are never used twice')
  const acts = await admin.bench.rows(
    "select act, actor, detail from ledger.audit where act like 'document%' order by audit_id",
  )
  t.match(acts, [
    { act: 'document_put', actor: 'a operateer', detail: { collection: 'parcels', key: 'A-1', version: 1 } },
    { act: 'document_put' },
    { act: 'document_remove', detail: { version: 3 } },
    { act: 'document_put' },
  ])
})

t.test('documents are found by JSON path, a page at a time', async (t) => {
  const admin = await createAdmin(t)
  const token = await admin.token('operate')
  for (const key of ['a', 'b', 'c']) {
    await admin.ask(`/api/documents/parcels/${key}`, {
      method: 'PUT',
      token,
      body: { state: key === 'b' ? 'closed' : 'open', key },
    })
  }
  const ask = (query: Record<string, string>) =>
    admin.ask(`/api/documents/parcels?${new URLSearchParams(query)}`, { token })
  const keys = async (query: Record<string, string>) => {
    const { items } = (await ask(query)).json
    return Array.isArray(items) ? items.map(({ key }) => key) : items
  }
  t.same(await keys({}), ['a', 'b', 'c'])
  t.same(await keys({ path: '$.state ? (@ == "open")' }), ['a', 'c'])
  t.match((await ask({ limit: '2' })).json, { items: [{ key: 'a' }, { key: 'b' }], next: 'b' })
  t.same(await keys({ after: 'b' }), ['c'])
  t.match(await ask({ path: '$.state ? (' }), { status: 400, json: { detail: /not a JSON path/ } })
})

t.test('orders are read only, with the versions in which they were read', async (t) => {
  const admin = await createAdmin(t)
  const { salesforce } = admin
  const token = await admin.token('admin')
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint: admin.endpoint, orderIds: [orderId] })
  await until(() => salesforce.record(orderId)?.Provisioning_Status__c === 'Provisioned', 'the report')
  const at = `/api/documents/orders/${orderId}`
  const read = await admin.ask(at, { token })
  t.match(read, { status: 200, json: { orderId, status: 'Activated' } })
  t.equal(read.headers.get('etag'), '"1"')
  await admin.bench.rows('update ledger.snapshot set content = content || \'{"takenAt": "later"}\'')
  t.equal((await admin.ask(at, { token })).headers.get('etag'), '"1"', 'read again and the same')
  await admin.bench.rows('update ledger.snapshot set content = content || \'{"status": "Changed"}\'')
  t.equal((await admin.ask(at, { token })).headers.get('etag'), '"2"')
  t.match((await admin.ask(`${at}?version=1`, { token })).json, { status: 'Activated' })
  t.match((await admin.ask(`${at}/versions`, { token })).json.items, [{ version: 2 }, { version: 1 }])
  for (const method of ['PUT', 'DELETE']) {
    const body = method === 'PUT' ? { body: {} } : {}
    t.match(await admin.ask(at, { method, token, ...body }), { status: 409, json: { detail: /not written here/ } })
  }
  await admin.bench.rows('delete from ledger.snapshot')
  t.equal((await admin.bench.rows('select 1 from ledger.order_version')).length, 0)
})

t.test('a mapping is put in force while orders are worked on, and taken back', async (t) => {
  const admin = await createAdmin(t)
  const token = await admin.token('admin')
  const at = '/api/documents/mappings/active'
  const inForce = async () => (await admin.ask('/api/documents/mappings/in-force', { token })).json
  const before = await inForce()
  t.same(before.eligibleStatuses, ['Activated', 'Approved'])
  t.match(await admin.ask(at, { method: 'PUT', token: await admin.token('operate'), body: {} }), { status: 403 })
  const wrong = await admin.ask(at, { method: 'PUT', token, body: { eligibleStates: ['x'] } })
  t.match(wrong, { status: 400, json: { detail: /eligibleStates/ } })
  t.match(await admin.ask(at, { method: 'PUT', token, body: { eligibleStatuses: ['Signed'] } }), { status: 201 })
  await until(async () => JSON.stringify((await inForce()).eligibleStatuses) === '["Signed"]', 'the mapping in force')
  t.match(await admin.ask(at, { method: 'DELETE', token }), { status: 204 })
  await until(async () => JSON.stringify(await inForce()) === JSON.stringify(before), 'the mapping of the file')
  t.match(await admin.ask('/api/documents/mappings/other', { method: 'PUT', token, body: {} }), { status: 409 })
})

t.test('documents have bounds', async (t) => {
  const admin = await createAdmin(t)
  const [token, reader] = [await admin.token('operate'), await admin.token('read')]
  const put = (path: string, body: unknown, by = token) =>
    admin.ask(`/api/documents/${path}`, { method: 'PUT', token: by, body })
  t.match(await put('parcels/a', { text: 'x'.repeat(300_000) }), { status: 413 })
  t.match(await put('Parcels/a', {}), { status: 400 })
  t.match(await put('parcels/a', []), { status: 400 })
  t.match(await put('parcels/a', {}, reader), { status: 403 })
})
