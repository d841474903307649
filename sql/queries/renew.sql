-- renew: prolong the leases that this worker still holds. What it does not return was lost.
-- $1 worker           text
-- $2 organization_id  text[]
-- $3 record_id        text[]
-- $4 notification_id  text[]
-- $5 lease_no         integer[]
-- $6 lease            interval   how long the lease lasts from now
with held as materialized (
  select g.*
  from unnest($2::text[], $3::text[], $4::text[], $5::integer[]) as g (organization_id, record_id, notification_id, lease_no)
  cross join lateral (
    select 1
    from ledger.work k
    where k.organization_id = g.organization_id and k.record_id = g.record_id and k.notification_id = g.notification_id
      and k.lease_holder = $1 and k.lease_no = g.lease_no
    offset 0
    for update
  ) as w
)
update ledger.work w
set lease_until = now() + $6
from held h
where w.organization_id = any (array[h.organization_id]) and w.record_id = any (array[h.record_id])
returning w.organization_id, w.record_id, w.notification_id, w.lease_no
