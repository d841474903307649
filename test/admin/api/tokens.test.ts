import t from 'tap'
import { createAdmin } from '../../helpers/admin.ts'
import { until } from '../../helpers/until.ts'

const PROBLEM = { type: 'about:blank', title: String, status: Number, detail: String, code: String }

t.test('the API takes a token, and says what it lacks', async (t) => {
  const admin = await createAdmin(t)
  const none = await admin.ask('/api/tokens')
  t.match(none, { status: 401, json: { ...PROBLEM, code: 'UNAUTHORIZED' } })
  t.same(Object.keys(none.json).sort(), ['code', 'detail', 'status', 'title', 'type'])
  t.equal(none.headers.get('www-authenticate'), 'Bearer')
  t.match(none.headers.get('content-type'), 'application/problem+json')
  const wrong = await admin.ask('/api/tokens', { token: 'sst_wrong' })
  t.match(wrong, { status: 401 })
  t.equal(wrong.headers.get('www-authenticate'), 'Bearer error="invalid_token"')
  for (const scope of ['read', 'operate', 'status'] as const) {
    const lacking = await admin.ask('/api/tokens', { token: await admin.token(scope) })
    t.match(lacking, { status: 403, json: { ...PROBLEM, code: 'SCOPE_LACKING' } }, scope)
  }
  t.match(await admin.ask('/api/tokens', { token: await admin.token('admin') }), { status: 200 })
  t.match(await admin.ask('/api/nothing'), { status: 401 }, 'a stranger does not learn what there is')
  t.match(await admin.ask('/api/nothing', { token: await admin.token('read') }), { status: 404, json: PROBLEM })
})

t.test('tokens are made, listed, rotated and revoked', async (t) => {
  const admin = await createAdmin(t)
  const token = await admin.token('admin')
  const post = (path: string, body?: unknown) => admin.ask(path, { method: 'POST', token, body })
  const made = await post('/api/tokens', { name: 'dashboard', scopes: ['read'], expires: '90d' })
  t.match(made, {
    status: 201,
    json: { name: 'dashboard', scopes: ['read'], state: 'active', token: /^sst_/, lastUsedAt: null },
  })
  t.match(made.json.expiresAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  t.match(made.headers.get('location'), `/api/tokens/${made.json.id}`)
  t.match(await admin.ask('/api/openapi.json', { token: String(made.json.token) }), { status: 200 })
  const rotated = await post(`/api/tokens/${made.json.id}/rotate`)
  t.match(rotated, { status: 201, json: { name: 'dashboard', token: /^sst_/ } })
  t.match(await post(`/api/tokens/${made.json.id}/rotate`, { overlap: '1h' }), {
    status: 409,
    json: { code: 'STATE_CONFLICT' },
  })
  for (const one of [made, rotated]) {
    t.match(await admin.ask('/api/openapi.json', { token: String(one.json.token) }), { status: 200 }, 'both are valid')
  }
  const revoke = () => admin.ask(`/api/tokens/${rotated.json.id}`, { method: 'DELETE', token })
  t.match(await revoke(), { status: 200, json: { state: 'revoked', revokedBy: 'a adminer' } })
  t.match(await admin.ask('/api/openapi.json', { token: String(rotated.json.token) }), { status: 401 })
  t.match(await revoke(), { status: 409 })
  const typed = { method: 'DELETE', token, headers: { 'content-type': 'application/json' } }
  t.match(await admin.ask('/api/tokens/nobody', typed), { status: 404 }, 'a type without a body is no matter')
  t.match(await admin.ask('/api/tokens/nobody', { method: 'DELETE', token }), {
    status: 404,
    json: { code: 'NOT_FOUND' },
  })
  const acts = await admin.bench.rows(
    "select act, actor, via, detail ->> 'tokenId' as id from ledger.audit where via = 'api' order by audit_id",
  )
  t.match(acts, [
    { act: 'token_create', actor: 'a adminer', id: made.json.id },
    { act: 'token_rotate', id: made.json.id },
    { act: 'token_revoke', id: rotated.json.id },
  ])
  const { json, text } = await admin.ask('/api/tokens', { token })
  const revoked = { id: rotated.json.id, state: 'revoked' }
  t.match(json, {
    items: [revoked, {}, { state: 'rotated', successorId: rotated.json.id }, { state: 'active' }],
    next: null,
  })
  for (const one of [made, rotated]) t.notOk(text.includes(String(one.json.token).slice(-48)), 'no secret is listed')
})

t.test('what is asked wrongly is refused by the name of what is wrong', async (t) => {
  const admin = await createAdmin(t)
  const token = await admin.token('admin')
  const cases: [unknown, RegExp][] = [
    [{ scopes: ['read'] }, /^name: /],
    [{ name: 'x' }, /^scope: /],
    [{ name: 'x', scopes: ['root'] }, /^scopes\.0: .*read, operate, admin, status/],
    [{ name: 'x', scope: 'read', expires: 'soon' }, /^expires: /],
    [{ name: 'x', scope: 'read', expires: '1d', expiresAt: '2099-01-01' }, /^expires: /],
    [{ name: 'x', scope: 'read', expiry: '90d' }, /^expiry: the body has no such name/],
    ['[', /JSON/],
    ['[]', /^body: /],
  ]
  for (const [body, detail] of cases) {
    const answer = await admin.ask('/api/tokens', { method: 'POST', token, body })
    t.match(answer, { status: 400, json: { ...PROBLEM, detail } }, JSON.stringify(body))
  }
  const large = await admin.ask('/api/tokens', { method: 'POST', token, body: { name: 'x'.repeat(100_000) } })
  t.match(large, { status: 413, json: PROBLEM })
  t.match(await admin.ask('/api/tokens?stat=active', { token }), {
    status: 400,
    json: { detail: /^stat: the query has no/ },
  })
})

t.test('a token that expires, or is revoked elsewhere, opens nothing within 5 seconds', async (t) => {
  const admin = await createAdmin(t)
  const [brief, revoked] = [await admin.token('read', '1s'), await admin.token('read')]
  const ask = async (token: string) => (await admin.ask('/api/openapi.json', { token })).status
  t.same([await ask(brief), await ask(revoked)], [200, 200])
  await admin.bench.rows("update ledger.token set revoked_at = now(), revoked_by = 'x' where token_id = $1", [
    revoked.slice(4, 16),
  ])
  const end = performance.now() + 5_000
  let statuses: number[] = []
  while (performance.now() < end && statuses.join() !== '401,401') statuses = [await ask(brief), await ask(revoked)]
  t.same(statuses, [401, 401])
})

t.test('the start says how to get in', async (t) => {
  const admin = await createAdmin(t)
  const lines = () => admin.log.map((line) => JSON.parse(line))
  const nobody = await until(() => lines().find(({ msg }) => msg === 'admin.open_to_nobody'), 'the line')
  t.match(nobody, { page: `${admin.adminUrl}/admin/`, remedy: /^soapstone token create/ })
})
