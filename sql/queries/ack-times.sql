-- ack-times: within how long so many messages were Acked, as all processes have counted them by the minute.
-- $1  since  timestamptz
select coalesce(max(a.total), 0)::integer as messages, min(a.most) filter (where a.upto >= a.total * 0.5) as p50,
  min(a.most) filter (where a.upto >= a.total * 0.95) as p95
from (
  select t.most, sum(t.seen) over (order by t.most) as upto, sum(t.seen) over () as total
  from (
    select t.detail::double precision as most, sum(t.seen) as seen
    from ledger.tally t
    where t.organization_id = '' and t.kind = 'ack' and t.minute >= date_trunc('minute', $1::timestamptz)
    group by 1
  ) as t
) as a
