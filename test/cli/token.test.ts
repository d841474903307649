import t from 'tap'
import { soapstone } from '../helpers/cli.ts'
import { createBench } from '../helpers/ledger.ts'

const bench = await createBench(t)
const run = (...args: string[]) => soapstone(['token', ...args], { DATABASE_URL: bench.url })
const create = async (...more: string[]) =>
  JSON.parse((await run('create', '--name', 'portal', '--scope', 'status', '--json', ...more)).out)

t.test('token create shows the token once, in words and as JSON', async (t) => {
  const { code, out } = await run('create', '--name', 'dashboard', '--scope', 'operate', '--expires', '90d')
  t.equal(code, 0)
  t.match(
    out,
    /^sst_[0-9a-f]{12}_[0-9a-f]{48}\nid [0-9a-f]{12}, operate, expires 2\d{3}-.*Z\. It is not shown again\.\n$/,
  )
  const json = await create()
  t.same(Object.keys(json), ['id', 'name', 'scopes', 'expiresAt', 'token'])
  t.match(json, { name: 'portal', scopes: ['status'], expiresAt: null, token: `sst_${json.id}_` })
  t.match(await create('--expires', '1h'), { expiresAt: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ })
})

t.test('token list, rotate and revoke', async (t) => {
  const { id, token } = await create()
  const rotated = JSON.parse((await run('rotate', id, '--overlap', '1h', '--json')).out)
  t.match(rotated, { name: 'portal', scopes: ['status'], token: String })
  t.match(await run('revoke', rotated.id), { code: 0, out: `token ${rotated.id} (portal) is revoked\n` })
  const { out } = await run('list')
  t.match(out, /^ID +NAME +SCOPES +STATE +EXPIRES +LAST USED +CREATED +BY\n/)
  t.match(out, new RegExp(`^${id} +portal +status +rotated +2`, 'm'))
  t.match(out, new RegExp(`^${rotated.id} +portal +status +revoked +never +never`, 'm'))
  const json = await run('list', '--json')
  t.match(JSON.parse(json.out)[0], { id: rotated.id, prefix: `sst_${rotated.id}_`, state: 'revoked' })
  t.notOk(`${out}${json.out}`.includes(token.slice(-48)), 'no secret is shown')
})

t.test('token says what it can not do', async (t) => {
  const { id } = await create()
  await run('revoke', id)
  const cases: [string[], number, RegExp][] = [
    [['revoke', id], 1, /was revoked before/],
    [['rotate', id], 1, /is revoked: only an active one is rotated/],
    [['revoke', 'nobody'], 1, /there is no token nobody/],
    [['create', '--name', 'x', '--scope', 'read', '--expires', 'soon'], 2, /expires: 'soon' is not a time/],
    [['create', '--name', ' ', '--scope', 'read'], 2, /name: it is empty/],
  ]
  for (const [args, code, err] of cases) t.match(await run(...args), { code, out: '', err }, args.join(' '))
})

t.test('a login without the right can not make a token', async (t) => {
  const role = `reader_${new URL(bench.url).pathname.slice(1)}`
  await bench.rows(`create role ${role} login in role ledger_reader`)
  t.teardown(() => bench.rows(`drop role ${role}`))
  const url = Object.assign(new URL(bench.url), { username: role, password: '' }).href
  const { code, err } = await soapstone(['token', 'create', '--name', 'x', '--scope', 'admin'], { DATABASE_URL: url })
  t.equal(code, 1)
  t.match(err, /^soapstone: Postgres says: permission denied for table token: the user of DATABASE_URL lacks a right/)
  t.match(await soapstone(['token', 'list'], { DATABASE_URL: url }), { code: 0, err: '' }, 'but it may see them')
})
