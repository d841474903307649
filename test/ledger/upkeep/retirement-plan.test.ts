import pg from 'pg'
import t from 'tap'
import { organizations, retire } from '../../../src/ledger/upkeep/retirement.ts'
import { ORGANIZATION } from '../../helpers/messages.ts'
import { addMany } from '../../helpers/old.ts'
import { createDatabase } from '../../helpers/postgres.ts'

const { name, text } = retire.declared
const MODES = ['force_custom_plan', 'force_generic_plan']
// Of its own, without time-outs: to fill a big ledger takes a while on a busy machine.
const client = new pg.Client({ connectionString: await createDatabase(t) })
await client.connect()
t.teardown(() => client.end())
// Half of them are older than 400 days.
await addMany(client, { notifications: 100_000, perMessage: 3, daysAgo: [800, 0] })

for (const statistics of ['none', 'analyzed']) {
  for (const mode of MODES) {
    t.test(`${name} reads a big ledger by its indexes: ${mode}, statistics: ${statistics}`, async (t) => {
      if (statistics === 'analyzed') await client.query('analyze')
      const plan = await explain(mode)
      t.match(plan, /Index Scan using notification_finalized on notification/)
      t.match(plan, /Index Scan using notification_pk on notification/)
      // Replays are few: reading all of them can be cheaper than looking for 500.
      t.notMatch(plan, /Seq Scan on (?!replayed)|Sort/)
    })
  }
}

t.test('organizations steps through the index, and does not read the ledger', async (t) => {
  const { rows } = await client.query({
    text: `explain (analyze, timing off, costs off, summary off) ${organizations.declared.text()}`,
    rowMode: 'array',
  })
  t.match(rows.join('\n'), /Index Only Scan using notification_finalized on notification/)
  t.notMatch(rows.join('\n'), /Seq Scan|rows=\d{2,}/)
})

async function explain(mode: string): Promise<string> {
  await client.query(`deallocate all; set plan_cache_mode = ${mode}; prepare statement as ${text()}`)
  const { rows } = await client.query({
    text: `explain (costs off) execute statement ('${ORGANIZATION}', '400 days', null)`,
    rowMode: 'array',
  })
  return rows.join('\n')
}
