-- save-snapshots: keep the orders as callback read them, for the leases that this worker still holds: what a worker read
-- that has lost its lease may be older than what is there.
-- $1 worker           text
-- $2 organization_id  text[]
-- $3 notification_id  text[]
-- $4 lease_no         integer[]
-- $5 content          jsonb[]
insert into ledger.snapshot as s (organization_id, record_id, notification_id, content)
select n.organization_id, n.record_id, n.notification_id, g.content
from unnest($2::text[], $3::text[], $4::integer[], $5::jsonb[]) as g (organization_id, notification_id, lease_no, content)
join ledger.notification n on n.organization_id = g.organization_id and n.notification_id = g.notification_id
  and n.lease_holder = $1 and n.lease_no = g.lease_no
on conflict (organization_id, record_id) do update
set notification_id = excluded.notification_id, content = excluded.content, taken_at = now()
