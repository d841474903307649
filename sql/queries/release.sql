-- release: give back leases that were not worked on, as when the process shuts down. They are due at once.
-- $1 text       worker
-- $2 text[]     organization_id
-- $3 text[]     notification_id
-- $4 integer[]  lease_no
with held as (
  select n.organization_id, n.notification_id, n.lease_no, n.leased_at, n.step
  from unnest($2::text[], $3::text[], $4::integer[]) as g (organization_id, notification_id, lease_no)
  join ledger.notification n on n.organization_id = g.organization_id and n.notification_id = g.notification_id
    and n.lease_holder = $1 and n.lease_no = g.lease_no
  for update of n
), released as (
  update ledger.notification n
  set state = 'pending', next_attempt_at = n.received_at, lease_holder = null, leased_at = null, lease_until = null
  from held h
  where n.organization_id = h.organization_id and n.notification_id = h.notification_id
), attempted as (
  insert into ledger.attempt (organization_id, notification_id, attempt_no, step, worker, started_at, outcome)
  select h.organization_id, h.notification_id, h.lease_no, h.step, $1, h.leased_at, 'released' from held h
)
select organization_id, notification_id from held
