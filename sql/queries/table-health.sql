-- table-health: rows and dead rows of the ledger's tables, as the statistics have them.
select t.relname::text as table_name, t.n_live_tup as live, t.n_dead_tup as dead, pg_total_relation_size(t.relid) as bytes
from pg_stat_all_tables t
where t.schemaname = 'ledger'
order by t.relname
