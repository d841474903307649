-- backlog: how many notifications wait at a step, counted no further than $3.
-- $1 organization_id  text
-- $2 step             ledger.step
-- $3 most             integer            count no further than this
-- $4 priority         ledger.priority[]  the classes
-- $5 since            timestamptz[]      of each: nothing in it has been due for longer; see due-bounds
select count(*)::integer as waiting
from (
  select 1
  from unnest($4::ledger.priority[], $5::timestamptz[]) as class (priority, since)
  cross join lateral (
    select 1
    from ledger.work w
    where w.organization_id = $1 and w.step = $2 and w.priority = class.priority and w.due_at >= class.since and w.lease_until is null
    limit $3::integer
  ) as w
  limit $3::integer
) as w
