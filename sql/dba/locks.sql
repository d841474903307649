-- locks: who waits for whom in this database. The statement's first line names its file in sql/queries.
-- Other people's statements are shown to superusers and members of pg_read_all_stats only.
select w.pid, w.application_name, w.usename as "user", now() - w.query_start as waits, split_part(w.query, e'\n', 1) as statement,
  b.pid as blocked_by, b.application_name as blocker, b.state as blocker_state, now() - b.xact_start as blocker_since,
  split_part(b.query, e'\n', 1) as blocker_statement
from pg_stat_activity w
cross join lateral unnest(pg_blocking_pids(w.pid)) as blocking (pid)
left join pg_stat_activity b on b.pid = blocking.pid
where w.datname = current_database()
order by waits desc;
