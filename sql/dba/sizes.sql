-- sizes: how big the tables are, how much of them is dead rows, and when they were last vacuumed.
select s.relname as "table", s.n_live_tup as rows_about, s.n_dead_tup as dead_rows_about,
  pg_size_pretty(pg_table_size(s.relid)) as data, pg_size_pretty(pg_indexes_size(s.relid)) as indexes,
  pg_size_pretty(pg_total_relation_size(s.relid)) as total,
  greatest(s.last_vacuum, s.last_autovacuum) as vacuumed_at, greatest(s.last_analyze, s.last_autoanalyze) as analyzed_at
from pg_stat_user_tables s
where s.schemaname = 'ledger'
order by pg_total_relation_size(s.relid) desc, s.relname;
