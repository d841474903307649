-- oldest-snapshot: who keeps old rows from being cleaned up, and for how long.
select coalesce(extract(epoch from clock_timestamp() - o.xact_start), 0)::double precision as seconds, o.holder,
  pg_has_role('pg_read_all_stats', 'member') as sees_all
from (select 1) one
left join lateral (
  select h.xact_start, h.holder from (
    select a.xact_start, ('process ' || a.pid || ' (' || coalesce(nullif(a.application_name, ''), a.usename, 'unknown') || ')')::text as holder
    from pg_stat_activity a
    where a.xact_start is not null and a.pid <> pg_backend_pid() and a.backend_type = 'client backend'
    union all
    select p.prepared, ('prepared transaction ' || p.gid)::text from pg_prepared_xacts p where p.database = current_database()
  ) h
  order by h.xact_start
  limit 1
) o on true
