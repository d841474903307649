import pg from 'pg'
import t from 'tap'
import { organizations } from '../../../src/ledger/upkeep/retirement.ts'
import { ORGANIZATION } from '../../helpers/messages.ts'
import { addMany } from '../../helpers/old.ts'
import { createDatabase } from '../../helpers/postgres.ts'

const MODES = ['force_custom_plan', 'force_generic_plan']
// Of its own, without time-outs: to fill a big ledger takes a while on a busy machine.
const client = new pg.Client({
  connectionString: await createDatabase(t, { unused: true }),
  application_name: 'soapstone test',
})
await client.connect()
t.teardown(() => client.end())
// Half of them are older than 400 days.
await addMany(client, { notifications: 100_000, perMessage: 3, daysAgo: [800, 0] })

for (const statistics of ['none', 'analyzed']) {
  for (const mode of MODES) {
    t.test(`retire reads a big ledger by its indexes: ${mode}, statistics: ${statistics}`, async (t) => {
      if (statistics === 'analyzed') await client.query('analyze')
      const plan = await explain(mode)
      t.match(plan, /Index Scan using outcome_finalized on outcome/)
      t.match(plan, /Index Scan using notification_(?:pk|record) on notification/)
      // Replays are few: reading all of them can be cheaper than looking for 500.
      t.notMatch(plan, /Seq Scan on (?!audit)|Sort/)
    })
  }
}

t.test('organizations steps through the index, and does not read the ledger', async (t) => {
  const { rows } = await client.query({
    text: `explain (analyze, timing off, costs off, summary off) ${organizations.declared.text()}`,
    rowMode: 'array',
  })
  t.match(rows.join('\n'), /Index Only Scan using outcome_finalized on outcome/)
  t.notMatch(rows.join('\n'), /Seq Scan|rows=\d{2,}/)
})

async function explain(mode: string): Promise<string> {
  // The function's own statement: EXPLAIN of the call says nothing of it.
  const { rows: found } = await client.query(
    `select prosrc as text, array_to_string(array(select 'set ' || s from unnest(proconfig) s where s like 'enable%'), ';') as settings
     from pg_proc where oid = 'ledger.retire'::regproc`,
  )
  const types = '(text, interval, timestamptz)'
  await client.query(
    `deallocate all; ${found[0].settings}; set plan_cache_mode = ${mode}; prepare statement ${types} as ${found[0].text}`,
  )
  const { rows } = await client.query({
    text: `explain (costs off) execute statement ('${ORGANIZATION}', '400 days', null)`,
    rowMode: 'array',
  })
  return rows.join('\n')
}
