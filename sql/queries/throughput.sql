-- throughput: what came and what ended, by pieces of time.
-- $1 since   timestamptz
-- $2 until   timestamptz
-- $3 bucket  interval     how long a piece is; they begin at the full hour, day, and so on, UTC
select h.at, sum(h.received)::integer as received, sum(h.completed)::integer as completed, sum(h.ignored)::integer as ignored,
  sum(h.superseded)::integer as superseded, sum(h.dead)::integer as dead
from ledger.organizations g
cross join lateral (
  select date_bin($3, n.received_at, '1970-01-01T00:00:00Z') as at, count(*) as received, 0 as completed, 0 as ignored, 0 as superseded, 0 as dead
  from ledger.notification n
  where n.organization_id = g.organization_id and n.received_at >= $1 and n.received_at < $2
  group by 1
  union all
  select date_bin($3, o.finalized_at, '1970-01-01T00:00:00Z'), 0, count(*) filter (where o.state = 'completed'),
    count(*) filter (where o.state = 'ignored'), count(*) filter (where o.state = 'superseded'),
    count(*) filter (where o.state in ('dead', 'dismissed'))
  from ledger.outcome o
  where o.organization_id = g.organization_id and o.finalized_at >= $1 and o.finalized_at < $2
  group by 1
) as h
group by 1
order by 1
