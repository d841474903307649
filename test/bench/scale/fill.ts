/** Fills a ledger with what ended long ago, as fast as it goes: the indexes come afterwards. */
import type pg from 'pg'
import { fillFinal } from '../../helpers/old-ledger.ts'

const PORTION = 100_000

const INDEXES = `
  select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
  from pg_index i
  join pg_class c on c.oid = i.indrelid
  where c.relnamespace = 'ledger'::regnamespace and c.relkind = 'r'
    and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`

/** Rows 1 to `rows`; analysed, and vacuumed as a ledger of that age would be. */
export async function fillLedger(client: pg.Client, rows: number, say: (text: string) => void): Promise<void> {
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(INDEXES)
  for (const { name } of indexes) await client.query(`drop index ${name}`)
  // Nothing here can break a reference, and nothing is lost that could not be filled again.
  await client.query(
    `set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '256MB'`,
  )
  for (let from = 1; from <= rows; from += PORTION) {
    const to = Math.min(from + PORTION, rows + 1)
    await fillFinal(client, { from, to, of: rows + 1 })
    if ((to - 1) % (10 * PORTION) === 0) say(`  ${(to - 1).toLocaleString('en-US')} rows`)
  }
  for (const { definition } of indexes) await client.query(definition)
  await client.query('vacuum (analyze)')
}
