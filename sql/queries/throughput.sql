-- throughput: what came and what ended, by pieces of time. Whole hours that are over have been counted; the rest is counted
-- here: what is before the first of these hours, and what is after the last.
-- $1 since   timestamptz
-- $2 until   timestamptz
-- $3 bucket  interval     how long a piece is; they begin at the full hour, day, and so on, UTC
select h.at, sum(h.received)::integer as received, sum(h.completed)::integer as completed, sum(h.ignored)::integer as ignored,
  sum(h.superseded)::integer as superseded, sum(h.dead)::integer as dead
from ledger.organizations g
cross join lateral (
  select date_bin('1 hour', $1::timestamptz + interval '1 hour' - interval '1 microsecond', '1970-01-01T00:00:00Z') as since,
    least(date_bin('1 hour', $2::timestamptz, '1970-01-01T00:00:00Z'), coalesce((select max(x.hour) + interval '1 hour'
      from ledger.hour x where x.organization_id = g.organization_id), '-infinity')) as until
) as counted
cross join lateral (
  select case when counted.is_used then counted.since else $2::timestamptz end as since,
    case when counted.is_used then counted.until else $2::timestamptz end as until
  from (select $3::interval >= interval '1 hour' and counted.since < counted.until as is_used, counted.since, counted.until) as counted
) as whole
cross join lateral (
  select date_bin($3::interval, x.hour, '1970-01-01T00:00:00Z') as at, x.received, x.completed, x.ignored, x.superseded, x.dead
  from ledger.hour x
  where x.organization_id = g.organization_id and x.hour >= whole.since and x.hour < whole.until
    and x.received + x.completed + x.ignored + x.superseded + x.dead > 0
  union all
  select c.*
  from (values ($1::timestamptz, whole.since), (whole.until, $2::timestamptz)) as rest (since, until)
  cross join lateral (
    select date_bin($3::interval, n.received_at, '1970-01-01T00:00:00Z'), count(*), 0, 0, 0, 0
    from ledger.notification n
    where n.organization_id = g.organization_id and n.received_at >= rest.since and n.received_at < rest.until
    group by 1
    union all
    select date_bin($3::interval, o.finalized_at, '1970-01-01T00:00:00Z'), 0, count(*) filter (where o.state = 'completed'),
      count(*) filter (where o.state = 'ignored'), count(*) filter (where o.state = 'superseded'),
      count(*) filter (where o.state in ('dead', 'dismissed'))
    from ledger.outcome o
    where o.organization_id = g.organization_id and o.finalized_at >= rest.since and o.finalized_at < rest.until
    group by 1
  ) as c
) as h
group by 1
order by 1
