-- pace: how long orders took from their arrival until Salesforce was told, of the newest thousand that completed in that time.
-- $1  since  timestamptz
select percentile_cont(0.5) within group (order by t.seconds) as p50, percentile_cont(0.95) within group (order by t.seconds) as p95
from (
  select extract(epoch from o.finalized_at - o.received_at)::double precision as seconds
  from ledger.organizations g
  cross join lateral (
    select o.finalized_at, o.received_at
    from ledger.outcome o
    where o.organization_id = g.organization_id and o.state = 'completed' and o.finalized_at >= $1
    order by o.finalized_at desc
    limit 1000
  ) as o
  order by o.finalized_at desc
  limit 1000
) as t
