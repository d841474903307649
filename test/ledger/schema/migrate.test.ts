import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PG_MIGRATE_LOCK_ID } from 'node-pg-migrate'
import pg from 'pg'
import t from 'tap'
import { compare, knownMigrations, migrate, schemaState } from '../../../src/ledger/schema/migrate.ts'
import { LOCK_ID, takeLock } from '../../../src/ledger/schema/migration-lock.ts'
import { createBench } from '../../helpers/ledger.ts'
import { message } from '../../helpers/messages.ts'
import { EXPAND, nextMigrations } from '../../helpers/migrations.ts'
import { createDatabase } from '../../helpers/postgres.ts'
import { until } from '../../helpers/until.ts'

t.test('migrate makes the ledger in an empty database, and runs nothing the second time', async (t) => {
  const url = await createDatabase(t, { empty: true })
  t.same(await schemaState(url), { kind: 'empty' })
  t.same(await migrate(url), knownMigrations())
  t.same(await schemaState(url), { kind: 'current' })
  t.same(await migrate(url), [])
})

t.test('migrate by several processes at once runs everything once, and none of them fails', async (t) => {
  const url = await createDatabase(t, { empty: true })
  const ran = await Promise.all([1, 2, 3, 4].map(() => migrate(url)))
  t.same(ran.flat(), knownMigrations())
  t.same(await schemaState(url), { kind: 'current' })
})

t.test('migrate by several processes at once comes through an index that is created concurrently', async (t) => {
  const url = await createDatabase(t)
  const folder = await nextMigrations(t, EXPAND)
  const ran = await Promise.all([1, 2, 3, 4].map(() => migrate(url, { folder })))
  t.same(ran.flat(), Object.keys(EXPAND))
  const valid = "select indisvalid from pg_index where indexrelid = 'ledger.work_note'::regclass"
  t.same(await statement(url, valid), [{ indisvalid: true }])
})

t.test('migrate runs again what failed outside of a transaction, over what that left behind', async (t) => {
  const url = await createDatabase(t)
  await statement(
    url,
    "insert into ledger.pause (organization_id, step, until, code, message, worker) select '', s, now(), 'X', '', '' from unnest(enum_range(null::ledger.step)) s",
  )
  const folder = await nextMigrations(t, {
    '9001_one_code': `-- Up Migration: outside of a transaction
drop index concurrently if exists ledger.one_code;
create unique index concurrently one_code on ledger.pause (code);
`,
  })
  await t.rejects(migrate(url, { folder }), /could not create unique index/)
  const index = "select indisvalid from pg_index where indexrelid = 'ledger.one_code'::regclass"
  t.same(await statement(url, index), [{ indisvalid: false }])
  await statement(url, 'delete from ledger.pause')
  t.same(await migrate(url, { folder }), ['9001_one_code'])
  t.same(await statement(url, index), [{ indisvalid: true }])
})

t.test(
  'migrate waits for a lock no longer than messages can: they go on, and so does it when the lock is free',
  async (t) => {
    const { url, pool, record } = await createBench(t)
    const holder = await pool.connect()
    await holder.query('begin; select from ledger.notification')
    const migrated = migrate(url, { folder: await nextMigrations(t, EXPAND) })
    const waiting = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    await until(async () => (await pool.query(waiting)).rowCount === 1, 'the migration to wait')
    await record(message()).finally(() => holder.query('rollback'))
    holder.release()
    t.same(await migrated, Object.keys(EXPAND))
  },
)

t.test('schemaState takes a table of migrations of which none ran for empty', async (t) => {
  const url = await createDatabase(t)
  await statement(url, 'delete from ledger.migration')
  t.same(await schemaState(url), { kind: 'empty' })
})

t.test('compare tells behind from ahead, and from both at once', async (t) => {
  t.same(compare(['1'], ['1', '2', '3']), { kind: 'behind', missing: ['2', '3'] })
  t.same(compare(['1', '2'], ['1']), { kind: 'ahead', unknown: ['2'] })
  t.same(compare(['2'], ['1']), { kind: 'diverged', missing: ['1'], unknown: ['2'] })
})

t.test('schemaState names migrations that this version does not know', async (t) => {
  const url = await createDatabase(t)
  await statement(url, "insert into ledger.migration (name, run_on) values ('9999_later', now())")
  t.same(await schemaState(url), { kind: 'ahead', unknown: ['9999_later'] })
})

t.test('schemaState says so when there is no database', async (t) => {
  await t.rejects(schemaState('postgres://127.0.0.1:1/none'), /ledger can't be reached.*ECONNREFUSED/)
})

t.test('migrate leaves nothing behind of a migration that fails', async (t) => {
  const url = await createDatabase(t, { empty: true })
  await statement(url, 'create schema ledger; create table ledger.pause (x integer)')
  await t.rejects(migrate(url), /pause/)
  t.same(await schemaState(url), { kind: 'empty' })
  await statement(url, 'drop table ledger.pause')
  t.same(await migrate(url), knownMigrations())
})

t.test('migrate says for whom it waits, and gives up with a sentence when that takes too long', async (t) => {
  const url = await createDatabase(t)
  const [holder, waiter] = [1, 2].map(
    () => new pg.Client({ connectionString: url, application_name: 'another migrate' }),
  )
  if (!holder || !waiter) throw new Error('two were made')
  for (const client of [holder, waiter]) await client.connect()
  await takeLock(holder)
  const told: string[] = []
  const waiting = { onWait: (who: string) => void told.push(who), lookMs: 1, tellMs: 0 }
  await t.rejects(takeLock(waiter, { ...waiting, patienceMs: 50 }), {
    message:
      /^gave up after 0 s: another process migrates the ledger: another migrate of \w+ at [\d.:]+, process \d+ on the server, since /,
  })
  t.match(told[0], /^another migrate of \w+ at /)
  const taken = takeLock(waiter, waiting)
  await holder.end()
  await taken
  await waiter.end()
})

t.test("migrate takes the lock of its package's command line", async (t) => {
  t.equal(LOCK_ID, PG_MIGRATE_LOCK_ID)
})

t.test('migrate by a login that may not make roles makes the ledger, and says what is missing', async (t) => {
  const url = await createDatabase(t, { empty: true })
  const login = `owner_${randomBytes(6).toString('hex')}`
  await statement(
    url,
    `create role ${login} login; grant create on database ${new URL(url).pathname.slice(1)} to ${login}`,
  )
  // Roles are the server's: they are there from other databases, and a new one can't be made.
  const without = (
    await readFile(new URL('../../../sql/migrations/0001_ledger.sql', import.meta.url), 'utf8')
  ).replaceAll('ledger_service', `service_${login}`)
  const folder = await mkdtemp(join(tmpdir(), 'soapstone-migrations-'))
  t.teardown(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, '0001_ledger.sql'), without)
  const warnings: string[] = []
  const owned = Object.assign(new URL(url), { username: login }).href
  t.same(await migrate(owned, { folder, onWarning: (message) => void warnings.push(message) }), ['0001_ledger'])
  t.match(warnings, [/may not make the roles .*: run sql\/dba\/roles\.sql as a superuser/])
  await statement(url, `drop owned by ${login} cascade; drop role ${login}`)
})

async function statement(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return (await client.query(sql).finally(() => client.end())).rows
}
