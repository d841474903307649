-- counts: open notifications and dead letters by state and step, with the oldest of each. Final ones that are done are
-- not counted: there can be millions.
select n.state::text as state, n.step::text as step, count(*)::integer as notifications,
  extract(epoch from now() - min(n.received_at))::double precision as oldest_seconds
from ledger.notification n
where n.state in ('pending', 'working', 'dead')
group by n.state, n.step
order by n.state, n.step
