import t, { type Test } from 'tap'
import { knownMigrations } from '../../../src/ledger/schema/migrate.ts'
import { prepareSchema } from '../../../src/ledger/schema/prepare.ts'
import { createBench } from '../../helpers/ledger.ts'
import { createDatabase } from '../../helpers/postgres.ts'

const [first, ...later] = knownMigrations()

t.test('prepareSchema brings an empty database up to date, and has nothing to do with a current one', async (t) => {
  const url = await createDatabase(t, { empty: true })
  t.same(await prepareSchema(url), { ran: knownMigrations(), unknown: [], warnings: [] })
  t.same(await prepareSchema(url), { ran: [], unknown: [], warnings: [] })
})

t.test('prepareSchema takes a schema that is ahead as it is, and says what it does not know', async (t) => {
  const { url } = await withMigration(t, '9999_later')
  t.same(await prepareSchema(url), { ran: [], unknown: ['9999_later'], warnings: [] })
})

t.test('prepareSchema refuses a schema that is neither older nor newer', async (t) => {
  const { url, rows } = await withMigration(t, '9999_later')
  await rows('delete from ledger.migration where name = $1', [later.at(-1) ?? first])
  await t.rejects(prepareSchema(url), { message: /it has 9999_later and lacks \d{4}_/ })
})

async function withMigration(t: Test, name: string) {
  const bench = await createBench(t)
  await bench.rows('insert into ledger.migration (name, run_on) values ($1, now())', [name])
  return bench
}
