-- rescue: put notifications back whose worker let the lease run out; they are due at once.
-- $1 organization_id  text
-- $2 most             integer      at most this many
with expired as (
  select n.organization_id, n.notification_id, n.lease_no, n.lease_holder, n.leased_at, n.step
  from ledger.notification n
  where n.organization_id = $1 and n.state = 'working' and n.lease_until < now()
  order by n.lease_until
  limit $2::integer
  for update of n skip locked
), rescued as (
  update ledger.notification n
  set state = 'pending', next_attempt_at = n.received_at, lease_holder = null, lease_until = null
  from expired e
  where n.organization_id = e.organization_id and n.notification_id = e.notification_id
), lost as (
  insert into ledger.attempt (organization_id, notification_id, attempt_no, step, worker, started_at, outcome)
  select e.organization_id, e.notification_id, e.lease_no, e.step, e.lease_holder, e.leased_at, 'lost' from expired e
)
select organization_id, notification_id, lease_holder, step from expired
