import t from 'tap'
import { readCovering } from './covering.ts'
import { ROOT } from './sources.ts'

const covering = readCovering(ROOT)
const nearest = (file: string) => covering.testsOf(file).map(({ test }) => test)

t.test('testsOf names the tests that import a file first, and those that start it as a process as well', async (t) => {
  t.equal(nearest('src/domain/order.ts')[0], 'test/domain/order.test.ts')
  t.ok(nearest('src/cli/serve.ts').includes('test/crash/kill.test.ts'))
  t.notOk(nearest('src/salesforce/rest.ts').includes('test/domain/order.test.ts'))
})

t.test('testsOf comes from a statement and from a migration to the tests of the ledger', async (t) => {
  t.match(nearest('sql/queries/claim.sql')[0], /^test\/ledger\/work\/claim/)
  t.ok(nearest('sql/migrations/0001_ledger.sql').includes('test/ledger/schema/constraints.test.ts'))
})
