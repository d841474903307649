-- outgrown: has the ledger or its queue grown to more than twice what the planner knows of it, while it is small enough for
-- that to matter? Above 20,000 pages (160 MB) plans are those of a big table, and autovacuum's next analyze is soon enough.
select bool_or(pg_relation_size(c.oid) > 2 * greatest(c.relpages, 32) * current_setting('block_size')::bigint and c.relpages < 20000) as outgrown
from pg_class c
where c.oid in ('ledger.notification'::regclass, 'ledger.work'::regclass)
