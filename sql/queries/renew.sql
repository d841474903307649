-- renew: prolong the leases that this worker still holds. What it does not return was lost.
-- $1 worker           text
-- $2 organization_id  text[]
-- $3 notification_id  text[]
-- $4 lease_no         integer[]
-- $5 lease            interval   how long the lease lasts from now
update ledger.notification n
set lease_until = now() + $5
from unnest($2::text[], $3::text[], $4::integer[]) as g (organization_id, notification_id, lease_no)
where n.organization_id = g.organization_id and n.notification_id = g.notification_id
  and n.lease_holder = $1 and n.lease_no = g.lease_no
returning n.organization_id, n.notification_id, n.lease_no
