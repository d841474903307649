-- heartbeat: this process is alive; those of which that was not heard for ten minutes are removed.
-- $1 worker   text
-- $2 version  text
-- $3 marker   text  whether it has seen that WHMCS_MARKER can be read back
with gone as (
  delete from ledger.worker w where w.seen_at < now() - interval '10 minutes' and w.worker <> $1
)
insert into ledger.worker (worker, version, marker)
values ($1, $2, $3)
on conflict (worker) do update set seen_at = excluded.seen_at, marker = excluded.marker
