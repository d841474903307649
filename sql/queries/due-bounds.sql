-- due-bounds: since when something has been due, for each of these steps and priorities of an organisation: nothing that is open
-- is below it. A quarter of a minute before now where nothing is: longer than what puts something there takes as a rule.
-- Claims begin to look there. What is put below it all the same is found when everything is looked at again.
-- $1 organization_id  text
-- $2 step             ledger.step[]
-- $3 priority         ledger.priority[]
-- $4 since            timestamptz[]      of each: where to begin to look
select c.step, c.priority, least(oldest.due_at, now() - interval '15 seconds') as since
from unnest($2::ledger.step[], $3::ledger.priority[], $4::timestamptz[]) as c (step, priority, since)
left join lateral (
  select w.due_at
  from ledger.work w
  where w.organization_id = $1 and w.step = c.step and w.priority = c.priority and w.due_at >= c.since
  order by w.due_at
  limit 1
) as oldest on true
