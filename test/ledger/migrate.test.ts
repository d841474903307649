import pg from 'pg'
import t from 'tap'
import { compare, knownMigrations, migrate, schemaState } from '../../src/ledger/migrate.ts'
import { createDatabase } from '../helpers/postgres.ts'

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

t.test('schemaState takes a table of migrations of which none ran for empty', async (t) => {
  const url = await createDatabase(t)
  await statement(url, 'delete from ledger.migration')
  t.same(await schemaState(url), { kind: 'empty' })
})

t.test('compare tells behind from ahead, and ahead weighs more', async (t) => {
  t.same(compare(['1'], ['1', '2', '3']), { kind: 'behind', missing: ['2', '3'] })
  t.same(compare(['1', '2'], ['1']), { kind: 'ahead', unknown: ['2'] })
  t.same(compare(['2'], ['1']), { kind: 'ahead', unknown: ['2'] })
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

async function statement(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
