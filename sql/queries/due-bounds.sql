-- due-bounds: since when something has been due, for each step and priority of an organisation: nothing that is open is
-- below it. Two minutes before now where nothing is: more than the longest transaction that puts something there, which
-- has 40 s. Claims begin to look there. What is put below it all the same is found when this is asked again.
-- $1 organization_id  text
select s.step, p.priority, least(oldest.due_at, now() - interval '2 minutes') as since
from unnest(enum_range(null::ledger.step)) as s (step)
cross join unnest(enum_range(null::ledger.priority)) as p (priority)
left join lateral (
  select w.due_at
  from ledger.work w
  where w.organization_id = $1 and w.step = s.step and w.priority = p.priority and w.due_at > '-infinity'
  order by w.due_at
  limit 1
) as oldest on true
