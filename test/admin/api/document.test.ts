import t from 'tap'
import { createAdmin } from '../../helpers/admin.ts'
import { compileAll, type Document } from '../../helpers/described.ts'

/** What others are built against: by method, as OpenAPI writes paths, and the scope. */
const ROUTES: Record<string, string> = {
  'GET /api/status': 'read',
  'GET /api/notifications': 'read',
  'GET /api/notifications/{id}': 'read',
  'POST /api/notifications/{id}/replay': 'operate',
  'POST /api/notifications/{id}/dismiss': 'operate',
  'POST /api/notifications/{id}/resolve': 'operate',
  'POST /api/notifications/{id}/cancel': 'operate',
  'PUT /api/notifications/{id}/priority': 'operate',
  'POST /api/replays': 'operate',
  'GET /api/tasks': 'read',
  'GET /api/tasks/{id}': 'read',
  'DELETE /api/tasks/{id}': 'operate',
  'GET /api/tasks/{id}/events': 'read',
  'GET /api/orders/{orderId}': 'read',
  'GET /api/documents/{collection}': 'read',
  'GET /api/documents/{collection}/{key}': 'read',
  'GET /api/documents/{collection}/{key}/versions': 'read',
  'PUT /api/documents/{collection}/{key}': 'operate',
  'DELETE /api/documents/{collection}/{key}': 'operate',
  'GET /api/failures': 'read',
  'GET /api/throughput': 'read',
  'GET /api/latency': 'read',
  'GET /api/export': 'read',
  'GET /api/audit': 'read',
  'GET /api/events': 'read',
  'GET /api/webhooks': 'admin',
  'POST /api/webhooks': 'admin',
  'GET /api/webhooks/{id}': 'admin',
  'PATCH /api/webhooks/{id}': 'admin',
  'DELETE /api/webhooks/{id}': 'admin',
  'POST /api/webhooks/{id}/test': 'admin',
  'POST /api/webhooks/{id}/rotate': 'admin',
  'GET /api/webhooks/{id}/deliveries': 'admin',
  'POST /api/deliveries/{id}/redeliver': 'admin',
  'GET /api/tokens': 'admin',
  'POST /api/tokens': 'admin',
  'DELETE /api/tokens/{id}': 'admin',
  'POST /api/tokens/{id}/rotate': 'admin',
}
/** Each includes those before it. */
const LEVELS: readonly string[] = ['read', 'operate', 'admin']

t.test('the API describes each of its routes by OpenAPI 3.1, and shows it on a page of its own', async (t) => {
  const admin = await createAdmin(t)
  const token = await admin.token('read')
  const answer = await admin.ask('/api/openapi.json', { token })
  const document: Document = JSON.parse(answer.text)
  t.match(document, { openapi: '3.1.0', info: { title: 'Soapstone', version: '1' } })
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, ...operation })),
  )
  t.same(described.map(({ name }) => name).sort(), Object.keys(ROUTES).sort())
  for (const { name, summary, description, tags, parameters = [], responses } of described) {
    t.match(
      { summary, description, tags },
      { summary: /\.$/, description: `Scope: ${ROUTES[name]}.`, tags: [String] },
      name,
    )
    const inPath = parameters.filter((one) => one.in === 'path').map((one) => `{${one.name}}`)
    t.same(inPath, name.match(/\{\w+\}/g) ?? [], `${name} describes what is in its path`)
    t.ok(
      Object.keys(responses).some((status) => status.startsWith('2')),
      `${name} says what it answers`,
    )
    t.ok(responses.default?.content?.['application/problem+json'], `${name} says how it refuses`)
  }
  t.ok(compileAll(document) > 40, 'every schema is one')

  const page = await admin.ask('/api/', { token })
  for (const name of Object.keys(ROUTES)) t.ok(page.text.includes(`<code>${name}</code>`), `${name} is on the page`)
  t.match(page.headers.get('content-security-policy'), /^default-src 'none'/)
  t.notMatch(page.text, /(?:src|href)="(?:https?:)?\/\//, 'nothing comes from elsewhere')
})

t.test('every route refuses a stranger, and whoever has a smaller scope', async (t) => {
  const admin = await createAdmin(t)
  const tokens: Record<string, string> = {
    read: await admin.token('read'),
    operate: await admin.token('operate'),
    admin: await admin.token('admin'),
  }
  const portal = await admin.token('status')
  const all = { ...ROUTES, 'GET /api/': 'read', 'GET /api/openapi.json': 'read' }
  for (const [name, wanted] of Object.entries(all)) {
    const [method = '', path = ''] = name.replaceAll(/\{\w+\}/g, '4711').split(' ')
    const ask = async (token?: string) => await admin.ask(path, { method, token })
    const stranger = await ask()
    t.match(
      stranger,
      { status: 401, json: { code: 'UNAUTHORIZED', status: 401, type: String, title: String, detail: String } },
      name,
    )
    t.match(stranger.headers.get('www-authenticate'), /^Bearer/)
    t.match(await ask(portal), { status: 403, json: { code: 'SCOPE_LACKING' } }, `${name} by a portal`)
    const smaller = LEVELS.filter((level) => LEVELS.indexOf(level) < LEVELS.indexOf(wanted))
    for (const level of smaller) t.match(await ask(tokens[level]), { status: 403 }, `${name} by ${level}`)
  }
})

t.test('while the ledger is away the API says so, and a question that takes too long ends', async (t) => {
  const admin = await createAdmin(t)
  const token = await admin.token('read')
  t.match(await admin.ask('/api/failures', { token }), { status: 200 })
  const locked = await admin.bench.pool.connect()
  await locked.query('begin; lock table ledger.outcome in access exclusive mode')
  const late = await admin.ask('/api/failures', { token })
  await locked.query('rollback')
  locked.release()
  t.match(late, { status: 504, json: { code: 'QUERY_TIMEOUT', detail: /ask for less/ } })
  t.match(await admin.ask('/api/failures', { token }), { status: 200 })
})
