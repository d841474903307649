-- counts: open notifications and dead letters by organisation, state and step, with the oldest of each. Final ones that are done are
-- not counted: there can be millions.
select n.organization_id, n.state::text as state, n.step::text as step, count(*)::integer as notifications,
  extract(epoch from now() - min(n.received_at))::double precision as oldest_seconds
from (
  select organization_id, state, step, received_at from ledger.notification where state = 'pending'
  union all
  select organization_id, state, step, received_at from ledger.notification where state = 'working'
  union all
  select organization_id, state, step, received_at from ledger.notification where state = 'dead'
) as n
group by n.organization_id, n.state, n.step
order by n.organization_id, n.state, n.step
