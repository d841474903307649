-- counts: what is open and what is dead, by organisation, state and step, with the oldest of each. What has ended
-- otherwise is not counted: there can be millions.
select c.organization_id, c.state, c.step::text as step, sum(c.notifications)::integer as notifications,
  extract(epoch from now() - min(c.oldest_at))::double precision as oldest_seconds
from (
  select w.organization_id, case when w.lease_until is null then 'pending' else 'working' end as state, w.step,
    count(*) as notifications, min(w.received_at) as oldest_at
  from ledger.work w
  group by 1, 2, 3
  union all
  select w.organization_id, 'pending', 'callback', count(*), min(w.leased_at)
  from ledger.work w
  where w.next_notification_id is not null
  group by 1
  union all
  select o.organization_id, 'dead', o.step, count(*), min(o.finalized_at)
  from ledger.outcome o
  where o.state = 'dead'
  group by 1, 3
) as c
group by 1, 2, 3
order by 1, 2, 3
