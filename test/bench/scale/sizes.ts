/** What so many notifications take on disk, by table and by index. */
import type pg from 'pg'
import type { Row, Table } from '../table.ts'

const SIZES = `
  select c.relname::text as name, t.relname::text as "table", pg_relation_size(c.oid)::double precision as bytes
  from pg_class c
  left join pg_index i on i.indexrelid = c.oid
  join pg_class t on t.oid = coalesce(i.indrelid, c.oid)
  where t.relnamespace = 'ledger'::regnamespace and t.relkind = 'r' and c.relkind in ('r', 'i')
  order by pg_total_relation_size(t.oid) desc, t.relname, i.indexrelid is not null, bytes desc`

/** `rows`: how many notifications are in it. */
export async function sizesTable(client: pg.Client, rows: number): Promise<Table> {
  const { rows: found } = await client.query<{ name: string; table: string; bytes: number }>(SIZES)
  const total = found.reduce((sum, { bytes }) => sum + bytes, 0)
  const row = (name: string, bytes: number): Row => ({
    name,
    cells: { 'MB a million': mb((bytes / rows) * 1e6), 'bytes each': Math.round(bytes / rows).toLocaleString('en-US') },
  })
  return {
    title: `scale: size on disk, ${rows.toLocaleString('en-US')} notifications with three attempts each`,
    rows: [
      row('in all', total),
      ...found
        .filter(({ bytes }) => bytes / total > 0.001)
        .map(({ name, table, bytes }) => row(name === table ? name : `${table}: ${name}`, bytes)),
    ],
    notes: ['Each in a message of its own, each of an order of its own, with a snapshot and a provisioning.'],
  }
}

function mb(bytes: number): string {
  return (bytes / 1e6).toLocaleString('en-US', { maximumFractionDigits: 1 })
}
