/** What the user can mend is one sentence, without a stack. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import t from 'tap'
import { soapstone } from '../helpers/cli.ts'
import { createDatabase } from '../helpers/postgres.ts'

async function run(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** The same database, with something else in its URL. */
const changed = (url: string, parts: Partial<Record<'username' | 'pathname' | 'search', string>>) =>
  Object.assign(new URL(url), parts).href

t.test('every verb says in one sentence what is wrong with the database', async (t) => {
  const foreign = await createDatabase(t, { empty: true })
  await run(foreign, 'create schema ledger', 'create table ledger.accounts (id integer)')
  const theirs = await createDatabase(t, { empty: true })
  await run(theirs, 'create schema ledger', 'create table ledger.migration (version text)')
  const readOnly = await createDatabase(t, { empty: true })
  const name = new URL(readOnly).pathname.slice(1)
  await run(readOnly, `alter database ${name} set default_transaction_read_only = on`)
  const mine = await createDatabase(t)
  const role = `visitor_${name}`
  await run(mine, `create role ${role} login`)
  t.teardown(() => run(mine, `drop role ${role}`))

  const cases: [string, string, RegExp][] = [
    ['migrate', foreign, /the schema 'ledger' of this database belongs to something else: use another database/],
    ['status', theirs, /the schema 'ledger' of this database belongs to something else: use another database/],
    ['migrate', readOnly, /read-only.*DATABASE_URL must name the primary/],
    ['status', changed(mine, { username: role }), /permission denied.*lacks a right/],
    ['migrate', changed(readOnly, { username: role, pathname: name }), /permission denied|read-only/],
    [
      'status',
      changed(mine, { pathname: '/no_such_database' }),
      /"no_such_database" does not exist: create the database/,
    ],
    ['list', changed(mine, { username: 'nobody_here' }), /role "nobody_here" does not exist: check user and password/],
    ['status', changed(mine, { search: '?sslmode=verify-full' }), /The server does not support SSL connections/],
    ['status', 'postgres://no-such-host.invalid/x', /no-such-host\.invalid: check the host in DATABASE_URL/],
  ]
  for (const [verb, url, sentence] of cases) {
    const { code, out, err } = await soapstone([verb], { DATABASE_URL: url })
    t.same({ code, out }, { code: 1, out: '' }, `${verb}: ${err}`)
    t.match(err, /^soapstone: [^\n]+\n$/, 'one line')
    t.match(err, sentence)
  }
})

t.test('serve says in one sentence why it can not listen', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const address = taken.address()
  const port = String(typeof address === 'object' && address ? address.port : 0)
  const settings = {
    DATABASE_URL: await createDatabase(t),
    SALESFORCE_ORG_ID: '00DSs000000SOAP',
    SALESFORCE_INSTANCE_URL: 'http://127.0.0.1:1',
    SALESFORCE_CLIENT_ID: 'id',
    SALESFORCE_CLIENT_SECRET: 'secret',
    WHMCS_URL: 'http://127.0.0.1:1',
    WHMCS_IDENTIFIER: 'identifier',
    WHMCS_SECRET: 'secret',
    OUTBOUND_MESSAGE_KEY: 'a-key-of-at-least-16-characters',
    LOG_LEVEL: 'silent',
    ADMIN_PORT: '',
  }
  const cases: [Record<string, string>, RegExp][] = [
    [{ PORT: port }, new RegExp(`^soapstone: 127\\.0\\.0\\.1:${port} is taken by another process: `)],
    [
      { PORT: '0', HOST: 'no-such-host.invalid' },
      /^soapstone: there is no address for the host no-such-host\.invalid: check HOST/,
    ],
    [{ PORT: '0', ADMIN_PORT: port }, new RegExp(`127\\.0\\.0\\.1:${port} is taken by another process: .*ADMIN_PORT`)],
    [{ PORT: '0', HOST: '203.0.113.7' }, /^soapstone: this machine has no address 203\.0\.113\.7: check HOST/],
  ]
  for (const [more, sentence] of cases) {
    const { code, out, err } = await soapstone(['serve'], { ...settings, ...more })
    t.same({ code, out }, { code: 1, out: '' })
    t.match(err, sentence)
    t.match(err, /^[^\n]+\n$/, 'one line')
  }
})

t.test('a reader that has seen enough ends a verb quietly', async (t) => {
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
  for (const verb of ['config', '--help']) {
    const child = spawn(process.execPath, [main, verb], {
      env: {},
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.destroy()
    const [said] = await Promise.all([text(child.stderr), once(child, 'exit')])
    t.equal(said, '', verb)
  }
})

t.test('reading commands make no embedded database', async (t) => {
  const folder = t.testdir()
  for (const verb of [
    ['status'],
    ['list'],
    ['show', 'x'],
    ['replay', 'x', '--reason', 'y'],
    ['resolve', 'x', '--reason', 'y', '--not-created'],
  ]) {
    const ended = await soapstone(verb, { DATABASE_URL: 'embedded', DATA_FOLDER: `${folder}/data` })
    const err = `soapstone: there is no embedded database in ${folder}/data yet: soapstone serve or migrate makes it\n`
    t.same(ended, { code: 1, out: '', err })
  }
  t.match(await soapstone(['status']), { code: 1, err: /- DATABASE_URL is required/ })
})
