-- release: give back leases that were not worked on, as when the process shuts down. They keep their place, as if they had
-- not been claimed; where a newer notification has arrived meanwhile the record starts over with it.
-- $1 worker           text
-- $2 organization_id  text[]
-- $3 record_id        text[]
-- $4 notification_id  text[]
-- $5 lease_no         integer[]
with held as materialized (
  select g.*, w.*
  from unnest($2::text[], $3::text[], $4::text[], $5::integer[]) as g (organization_id, record_id, notification_id, lease_no)
  cross join lateral (
    select k.step, k.attempts, k.leased_at, k.received_at, k.next_notification_id as next_id, k.whmcs_client_id as client_id
    from ledger.work k
    where k.organization_id = g.organization_id and k.record_id = g.record_id and k.notification_id = g.notification_id
      and k.lease_holder = $1 and k.lease_no = g.lease_no
    offset 0
    for update
  ) as w
), put_back as (
  update ledger.work w
  set lease_holder = null, lease_until = null
  from held h
  where h.next_id is null and w.organization_id = any (array[h.organization_id]) and w.record_id = any (array[h.record_id])
), started_over as (
  update ledger.work w
  set notification_id = h.next_id, message_id = (w.next_arrival).message_id, received_at = (w.next_arrival).received_at,
    lease_no = (w.next_arrival).lease_no, replayed = (w.next_arrival).replayed, has_data = (w.next_arrival).has_data, step = 'callback', due_at = now(), lease_holder = null, lease_until = null,
    attempts = 0, failed_step = null, error_code = null, error_message = null, next_notification_id = null, next_arrival = null
  from held h
  where h.next_id is not null and w.organization_id = any (array[h.organization_id]) and w.record_id = any (array[h.record_id])
), superseded as (
  insert into ledger.outcome (organization_id, notification_id, record_id, state, step, attempts, superseded_by, received_at)
  select h.organization_id, h.notification_id, h.record_id, 'superseded', h.step, h.attempts, h.next_id, h.received_at
  from held h
  where h.next_id is not null
), freed as (
  delete from ledger.client_lease l
  where l.ctid = any (array(
    select f.tid
    from held h
    cross join lateral (
      select c.ctid as tid from ledger.client_lease c
      where c.organization_id = h.organization_id and c.whmcs_client_id = h.client_id and c.record_id = h.record_id
      offset 0
    ) as f
    where h.step = 'provision'
  ))
), attempted as (
  insert into ledger.attempt (organization_id, notification_id, record_id, attempt_no, step, worker, started_at, outcome)
  select h.organization_id, h.notification_id, h.record_id, h.lease_no, h.step, $1, h.leased_at, 'released' from held h
)
select organization_id, record_id, notification_id, lease_no from held
