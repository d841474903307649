-- slow-orders: the 20 notifications of the last day that took longest from arrival to their end, and how much of it was work.
select n.state, n.record_id, n.finalized_at - n.received_at as took, w.worked, w.attempts, w.slowest_step, n.received_at
from ledger.overview n
cross join lateral (
  select sum(a.took) as worked, count(*) as attempts, (array_agg(a.step order by a.took desc))[1] as slowest_step
  from ledger.attempts a
  where a.organization_id = n.organization_id and a.notification_id = n.notification_id
) as w
where n.finalized_at > now() - interval '1 day' and n.state <> 'superseded'
order by took desc
limit 20;
