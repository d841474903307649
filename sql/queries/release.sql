-- release: give back leases that were not worked on, as when the process shuts down. They are due at once.
-- $1 worker           text
-- $2 organization_id  text[]
-- $3 notification_id  text[]
-- $4 lease_no         integer[]
with released as (
  update ledger.notification n
  set state = 'pending', next_attempt_at = n.received_at, lease_holder = null, lease_until = null
  from unnest($2::text[], $3::text[], $4::integer[]) as g (organization_id, notification_id, lease_no)
  where n.organization_id = g.organization_id and n.notification_id = g.notification_id
    and n.lease_holder = $1 and n.lease_no = g.lease_no
  returning n.organization_id, n.notification_id, n.lease_no, n.step, n.leased_at
), attempted as (
  insert into ledger.attempt (organization_id, notification_id, attempt_no, step, worker, started_at, outcome)
  select r.organization_id, r.notification_id, r.lease_no, r.step, $1, r.leased_at, 'released' from released r
)
select organization_id, notification_id from released
