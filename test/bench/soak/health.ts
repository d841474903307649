/** How a table fares: what is dead in it, how big it is, how many of its updates touched no index. */
import type pg from 'pg'

const HEALTH = `
  select s.relname::text as name, s.n_live_tup::double precision as live, s.n_dead_tup::double precision as dead,
    s.n_tup_upd::double precision as updates, s.n_tup_hot_upd::double precision as hot, s.autovacuum_count::double precision as vacuums,
    pg_table_size(s.relid)::double precision as data, pg_indexes_size(s.relid)::double precision as indexes
  from pg_stat_user_tables s
  where s.schemaname = 'ledger' and s.relname = 'work'`

/** Figures of ledger.work, the table in motion. */
export async function healthOf(client: pg.Client): Promise<Record<string, number>> {
  await client.query('select pg_stat_clear_snapshot()')
  const { rows } = await client.query<Record<string, number>>(HEALTH)
  const { dead = 0, updates = 0, hot = 0, vacuums = 0, data = 0, indexes = 0 } = rows[0] ?? {}
  return {
    'dead rows': dead,
    'data, MB': data / 1e6,
    'indexes, MB': indexes / 1e6,
    'HOT, %': updates > 0 ? (hot / updates) * 100 : 0,
    vacuums,
  }
}
