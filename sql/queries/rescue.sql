-- rescue: put records back whose worker let the lease run out. They keep their place, before all that came later; where a
-- newer notification has arrived meanwhile the record starts over with it. Those that are leased are looked for where they are: at provision
-- among the leased clients; at the other steps among the first 10,000 of each class, for claims take those that have
-- been due longest.
-- $1 organization_id  text
-- $2 most             integer            at most this many
-- $3 step             ledger.step[]      the steps but provision, one for each class
-- $4 priority         ledger.priority[]  the class
-- $5 since            timestamptz[]      of each: nothing in it has been due for longer; see due-bounds
with expired as materialized (
  select e.record_id
  from (
    select f.record_id
    from unnest($3::ledger.step[], $4::ledger.priority[], $5::timestamptz[]) as class (step, priority, since)
    cross join lateral (
      select w.record_id, w.lease_until
      from ledger.work w
      where w.organization_id = $1 and w.step = class.step and w.priority = class.priority and w.due_at >= class.since
      order by w.due_at
      limit 10000
    ) as f
    where f.lease_until < now()
    union all
    select l.record_id
    from ledger.client_lease l
    cross join lateral (
      select w.lease_until from ledger.work w where w.organization_id = l.organization_id and w.record_id = l.record_id offset 0
    ) as w
    where l.organization_id = $1 and w.lease_until < now()
  ) as e
  order by e.record_id
  limit $2::integer
), held as materialized (
  select w.*
  from expired e
  cross join lateral (
    select k.organization_id, k.record_id, k.notification_id, k.lease_no, k.lease_holder, k.step, k.attempts, k.leased_at,
      k.received_at, k.next_notification_id as next_id, k.whmcs_client_id as client_id
    from ledger.work k
    where k.organization_id = $1 and k.record_id = e.record_id and k.lease_until < now()
    offset 0
    for update skip locked
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
), lost as (
  insert into ledger.attempt (organization_id, notification_id, record_id, attempt_no, step, worker, started_at, outcome)
  select h.organization_id, h.notification_id, h.record_id, h.lease_no, h.step, h.lease_holder, h.leased_at, 'lost' from held h
)
select organization_id, notification_id, lease_holder, step from held
