-- reopen: notifications that are known come for work. Those that the door had ignored go to work now.
-- $1 organization_id  text[]
-- $2 notification_id  text[]
-- $3 record_id        text[]
select count(*) filter (where ledger.reopen(g.organization_id, g.notification_id, g.record_id))::integer as reopened
from (
  select * from unnest($1::text[], $2::text[], $3::text[]) as k (organization_id, notification_id, record_id)
  order by k.organization_id, k.record_id
) as g
