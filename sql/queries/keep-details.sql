-- keep-details: what other systems were asked and answered in attempts that have just been written.
-- $1 organization_id  text[]
-- $2 notification_id  text[]
-- $3 record_id        text[]
-- $4 attempt_no       integer[]
-- $5 exchanges        text[]     JSON
insert into ledger.attempt_detail (organization_id, notification_id, record_id, attempt_no, exchanges)
select g.organization_id, g.notification_id, g.record_id, g.attempt_no, g.exchanges::jsonb
from unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::text[])
  as g (organization_id, notification_id, record_id, attempt_no, exchanges)
on conflict do nothing
