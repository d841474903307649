import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import t, { type Test } from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import { createIntents } from '../../../src/ledger/work/intents.ts'
import { type Bench, createBench, pass } from '../../helpers/ledger.ts'
import { newOrderId, notification, ORGANIZATION, provisionRequest, salesforceId } from '../../helpers/messages.ts'
import { describeSchema } from '../../helpers/schema.ts'

const folder = new URL('../../../sql/dba/', import.meta.url)
const text = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const ORDER = salesforceId('801', 1)

/** As a reader may paste them. */
const QUESTIONS: Record<string, (rows: Record<string, unknown>[], t: Test) => void> = {
  'open-by-state.sql': (rows, t) =>
    t.match(rows, [{ state: 'pending', step: 'callback', notifications: '1', paused_for: 'SALESFORCE_LIMIT' }]),
  'dead-letters-by-error.sql': (rows, t) =>
    t.match(rows, [{ error_code: 'CLIENT_LINK_MISSING', step: 'callback', notifications: '1', for_example: [String] }]),
  'oldest-waiting.sql': (rows, t) => t.match(rows, [{ state: 'pending', record_id: String, attempts: 0 }]),
  'one-order.sql': (rows, t) =>
    t.same(
      new Set(rows.map(({ what }) => what)),
      new Set([
        'received',
        'callback advanced',
        'AddOrder intended',
        'in WHMCS',
        'accepted in WHMCS',
        'provision advanced',
        'write_back completed',
      ]),
    ),
  'slow-orders.sql': (rows, t) => t.match(new Set(rows.map(({ state }) => state)), new Set(['completed', 'dead'])),
  'throughput-today.sql': (rows, t) =>
    t.equal(
      rows.reduce((sum, { received }) => sum + Number(received), 0),
      4,
    ),
  'latency-by-hour.sql': (rows, t) =>
    t.same(new Set(rows.map(({ step }) => step)), new Set(['callback', 'order', 'provision', 'write_back'])),
  'who-did-what.sql': (rows, t) => t.same(rows, []),
  'sizes.sql': (rows, t) =>
    t.match(
      rows.find((row) => row.table === 'notification'),
      { total: /^\d+ kB$/ },
    ),
  'locks.sql': (rows, t) => t.same(rows, []),
}
const OTHERS = ['invariants.sql', 'readers.sql', 'replay-by-error.sql', 'roles.sql']

t.test('sql/dba has no file without a test', async (t) => {
  t.same(readdirSync(folder).sort(), [...Object.keys(QUESTIONS), ...OTHERS].sort())
  const handbook = readFileSync(new URL('../README.md', folder), 'utf8')
  for (const name of readdirSync(folder)) t.ok(handbook.includes(`(dba/${name})`), `${name} is in the handbook`)
})

for (const [name, check] of Object.entries(QUESTIONS)) {
  t.test(`${name} answers a reader`, async (t) => {
    const bench = await filled(t)
    const [rows] = await as(bench, 'ledger_reader', text(name).replace('801000000000000AAA', ORDER))
    check(rows ?? [], t)
  })
}

t.test('locks.sql shows who waits for whom, and the file of the statement', async (t) => {
  const bench = await createBench(t)
  const blocker = await bench.pool.connect()
  await blocker.query('begin')
  await blocker.query('lock table ledger.snapshot')
  const waiting = bench.worker('w1').claim('callback', 1)
  let rows: Record<string, unknown>[] = []
  while (rows.length === 0) rows = await bench.rows(text('locks.sql'))
  t.match(rows, [{ statement: /^-- claim: /, blocker_state: 'idle in transaction', blocker_statement: /^lock table/ }])
  await blocker.query('rollback')
  blocker.release()
  await waiting
})

t.test('replay-by-error.sql shows the list and changes nothing, until commit is written', async (t) => {
  const bench = await filled(t)
  const file = text('replay-by-error.sql')
  const [, list, replayed] = await as(bench, 'ledger_operator', file)
  t.match(list, [{ state: 'dead', error_code: 'CLIENT_LINK_MISSING' }])
  t.match(replayed, [{ replayed: 1, skipped: 0 }])
  t.equal(await bench.value('select count(*) from ledger.audit'), '0')
  await as(bench, 'ledger_operator', file.replace(/^rollback;$/m, 'commit;'))
  t.equal(await bench.value('select count(*) from ledger.audit'), '1')
  t.equal(await bench.value('select count(*) from ledger.dead_letters'), '0')
})

t.test('roles.sql gives what the migration could not', async (t) => {
  const bench = await createBench(t)
  const migrated = await describeSchema(bench.url)
  await bench.pool.query(`revoke all on all tables in schema ledger from ledger_reader;
    revoke all on function ledger.replay from ledger_operator; grant execute on function ledger.replay to public;
    revoke all on schema ledger from ledger_reader`)
  t.not(await describeSchema(bench.url), migrated)
  for (const _ of ['once', 'and again']) await bench.pool.query(text('roles.sql'))
  t.equal(await describeSchema(bench.url), migrated)
})

t.test('readers.sql gives the logins among the readers their time-outs, and no one else', async (t) => {
  const bench = await createBench(t)
  const names = ['reader', 'operator', 'stranger'].map((name) => `${name}_${randomBytes(6).toString('hex')}`)
  const [reader, operator, stranger] = names
  // Roles are the server's: gone before the database is.
  t.teardown(() => bench.pool.query(`drop role ${names.join(', ')}`))
  await bench.pool.query(`${names.map((name) => `create role ${name} login`).join(';')};
    grant ledger_reader to ${reader}; grant ledger_operator to ${operator}`)
  const [, settings] = await as(bench, 'none', text('readers.sql'))
  t.same(
    settings?.map(({ login }) => login).filter((login) => names.includes(String(login))),
    [operator, reader],
  )
  const timeouts = (login: string | undefined) => settingsOf(bench.url, login ?? '')
  t.same(await timeouts(reader), ['30s', '1min'])
  t.same(await timeouts(operator), ['30s', '1min'])
  t.same(await timeouts(stranger), ['0', '0'])
})

t.test('sql/README.md has only statements that run', async (t) => {
  const bench = await filled(t)
  const handbook = readFileSync(new URL('../README.md', folder), 'utf8').replaceAll('801000000000001AAA', ORDER)
  const statements = Array.from(handbook.matchAll(/```sql\n(.*?)```/gs), (match) => match[1] ?? '')
  t.ok(statements.length >= 6)
  const owner = await bench.pool.connect()
  await owner.query('begin; create role anna; create role boris')
  for (const statement of statements) {
    await owner.query('savepoint before')
    // The handbook's own transaction would end ours, and what it says of the server is not for the one that tests share.
    await t.resolves(
      owner.query(statement.replace(/^(?:begin|rollback|alter system .*|select pg_promote\(.*);$/gm, '')),
      statement,
    )
    await owner.query('rollback to before')
  }
  await owner.query('rollback')
  owner.release()
})

t.test('the handbook forgets an intent, and replays the order', async (t) => {
  const bench = await filled(t)
  const handbook = readFileSync(new URL('../README.md', folder), 'utf8').replaceAll('801000000000001AAA', ORDER)
  const forget = Array.from(handbook.matchAll(/```sql\n(.*?)```/gs), (match) => match[1] ?? '').find((s) =>
    /delete/.test(s),
  )
  const [, gone, steps] = await as(bench, 'none', forget ?? '')
  t.match(gone, [{ order_id: ORDER, state: 'accepted' }])
  t.match(steps, [{ replay: 'callback' }])
  t.equal(await bench.value('select count(*) from ledger.provisioning'), '1', 'nothing happened yet')
  await as(bench, 'none', (forget ?? '').replace(/^rollback;$/m, 'commit;'))
  t.equal(await bench.value('select count(*) from ledger.provisioning'), '0')
  const [, none] = await as(bench, 'none', forget ?? '')
  t.same(none, [])
})

/** One completed by all three steps, one dead, one superseded by the dead one, one pending; callback stands still. */
async function filled(t: Test): Promise<Bench> {
  const bench = await createBench(t)
  const worker = bench.worker('w1')
  const intents = createIntents(bench.pool)
  const request = provisionRequest(ORDER)
  await bench.recordEach([notification({ recordId: ORDER })])
  await pass(worker, 'callback', { kind: 'advance', step: 'provision', whmcsClientId: '7' })
  await intents.intend(ORGANIZATION, request, { priorOrderIds: [], sends: 0, looksNeeded: 2 })
  await intents.recordOrder(ORGANIZATION, request, { whmcsOrderId: '501', adopted: false })
  await pass(worker, 'provision', { kind: 'advance', step: 'write_back', whmcsOrderId: '501', serviceIds: {} })
  await pass(worker, 'write_back', { kind: 'complete' })
  const recordId = newOrderId()
  await bench.recordEach([notification({ recordId }), notification({ recordId })])
  await pass(worker, 'callback', { kind: 'fail', failure: new Failure('CLIENT_LINK_MISSING') })
  await pass(worker, 'write_back', { kind: 'bury' })
  await bench.recordEach([notification()])
  await worker.pause('callback', { seconds: 600, code: 'SALESFORCE_LIMIT', message: 'no more today' })
  return bench
}

/** The rows of each statement of the text. */
async function as(bench: Bench, role: string, sql: string): Promise<Record<string, unknown>[][]> {
  const client = await bench.pool.connect()
  try {
    await client.query(`set role ${role}`)
    // Several statements give several results, which the types of pg don't say.
    return [await client.query(sql)].flat().map((result) => result.rows)
  } finally {
    await client.query('reset role')
    client.release()
  }
}

async function settingsOf(url: string, login: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: Object.assign(new URL(url), { username: login }).href })
  await client.connect()
  try {
    const { rows } = await client.query(
      "select current_setting('statement_timeout') as s, current_setting('idle_in_transaction_session_timeout') as i",
    )
    return Object.values(rows[0])
  } finally {
    await client.end()
  }
}
