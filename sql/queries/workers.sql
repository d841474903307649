-- workers: the processes that are alive.
select worker, version, started_at, seen_at
from ledger.worker
where seen_at > now() - interval '1 minute'
order by started_at, worker
