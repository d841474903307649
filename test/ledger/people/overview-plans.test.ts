/** What a DBA asks most often must not read a whole ledger: one record, without a thought of its organisation. */
import t from 'tap'
import { fillFinal, recordId } from '../../helpers/old-ledger.ts'
import { connectUnused, measureReads } from '../../helpers/plans.ts'

const ROWS = 20_000

t.test('the views find one record by an index', async (t) => {
  const client = await connectUnused(t)
  await fillFinal(client, { from: 1, to: ROWS })
  await client.query('analyze')
  for (const view of ['overview', 'attempts']) {
    const { rows, whole } = await measureReads(
      client,
      `select * from ledger.${view} where record_id = '${recordId(7)}'`,
    )
    // Nothing is open: to read all of that is to read nothing.
    t.same(
      whole.filter((table) => table !== 'work'),
      [],
      view,
    )
    t.ok(rows < 30, `${view} reads ${rows} rows`)
  }
})

t.test('the view of dead letters has the latest by an index', async (t) => {
  const client = await connectUnused(t)
  await fillFinal(client, { from: 1, to: ROWS })
  await client.query('analyze')
  const asked = 'select * from ledger.dead_letters order by finalized_at desc limit 5'
  const { rows, whole } = await measureReads(client, asked)
  t.same(whole, [])
  t.ok(rows < 30, `it reads ${rows} rows of 100 dead letters`)
})
