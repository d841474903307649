-- save-snapshots: keep the orders as callback read them, for the leases that this worker still holds: what a worker read
-- that has lost its lease may be older than what is there.
-- $1 worker           text
-- $2 organization_id  text[]
-- $3 record_id        text[]
-- $4 notification_id  text[]
-- $5 lease_no         integer[]
-- $6 content          jsonb[]
insert into ledger.snapshot as s (organization_id, record_id, notification_id, content)
select g.organization_id, g.record_id, g.notification_id, g.content
from unnest($2::text[], $3::text[], $4::text[], $5::integer[], $6::jsonb[]) as g (organization_id, record_id, notification_id, lease_no, content)
cross join lateral (
  select 1
  from ledger.work w
  where w.organization_id = g.organization_id and w.record_id = g.record_id and w.notification_id = g.notification_id
    and w.lease_holder = $1 and w.lease_no = g.lease_no
  offset 0
) as held
on conflict (organization_id, record_id) do update
set notification_id = excluded.notification_id, content = excluded.content, taken_at = now()
