-- troubles: how many orders have met one of these codes: those that are open, and those that ended within a day.
-- $1 organization_id  text
-- $2 codes            text[]
select t.error_code as code, count(*)::integer as count
from (
  select w.error_code from ledger.work w where w.organization_id = $1 and w.error_code = any($2)
  union all
  select o.error_code from ledger.outcome o
  where o.organization_id = $1 and o.error_code = any($2) and o.received_at > now() - interval '1 day'
) t
group by t.error_code
order by count desc, code
