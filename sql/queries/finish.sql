-- finish: end leases that this worker still holds, of notifications that have come to their end: how they ended, the row of
-- the attempt, and no work any more. What completes supersedes the older dead letters of its record; those that somebody
-- has in hand right now are passed by. Where a newer notification has arrived meanwhile the record starts over with it. What
-- webhooks want to hear of is written as an event.
-- A notification whose lease was lost is left alone: it has no row in the answer.
-- In the order of their records; looked up one by one, as in claim. Apart from settle, so that each locks in that order.
-- $1  worker           text
-- $2  step             ledger.step         the step that was worked on
-- $3  organization_id  text[]
-- $4  record_id        text[]
-- $5  notification_id  text[]
-- $6  lease_no         integer[]
-- $7  state            ledger.state[]
-- $8  ended_at         ledger.step[]       the step; of a dead letter the one that gave up
-- $9  attempts         integer[]
-- $10 error_code       text[]
-- $11 error_message    text[]
-- $12 whmcs_order_id   text[]
-- $13 outcome          text[]              of the attempt
-- $14 attempt_code     text[]
-- $15 attempt_message  text[]
with finished as (
  delete from ledger.work w
  using unnest($3::text[], $4::text[], $5::text[], $6::integer[], $7::ledger.state[], $8::ledger.step[], $9::integer[], $10::text[],
      $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])
    as g (organization_id, record_id, notification_id, lease_no, state, step, attempts, error_code, error_message, whmcs_order_id,
      outcome, attempt_code, attempt_message)
  where w.organization_id = any (array[g.organization_id]) and w.record_id = any (array[g.record_id])
    and w.notification_id = g.notification_id and w.lease_holder = $1 and w.lease_no = g.lease_no and w.step = $2
  returning w.organization_id, w.record_id, w.notification_id, w.lease_no, w.leased_at, w.received_at, w.record_type, w.priority,
    w.whmcs_client_id as client_id, w.next_notification_id, w.next_arrival, g.state, g.step, g.attempts, g.error_code, g.error_message, g.whmcs_order_id, g.outcome, g.attempt_code, g.attempt_message
), started_over as (
  insert into ledger.work (organization_id, record_id, notification_id, message_id, record_type, priority, received_at, lease_no,
    replayed, has_data, whmcs_client_id)
  select s.organization_id, s.record_id, s.next_notification_id, (s.next_arrival).message_id, s.record_type, s.priority,
    (s.next_arrival).received_at, (s.next_arrival).lease_no, (s.next_arrival).replayed, (s.next_arrival).has_data, s.client_id
  from finished s
  where s.next_notification_id is not null
), ended as (
  insert into ledger.outcome (organization_id, notification_id, record_id, state, step, attempts, error_code, error_message,
    whmcs_order_id, received_at)
  select s.organization_id, s.notification_id, s.record_id, s.state, s.step, s.attempts, s.error_code, s.error_message,
    s.whmcs_order_id, s.received_at
  from finished s
), overtaken as materialized (
  select ledger.supersede_dead(f.organization_id, f.record_id, f.notification_id, f.received_at) as superseded
  from finished f
  where f.state = 'completed' and (select true from ledger.outcome o where o.organization_id = f.organization_id
    and o.record_id = f.record_id and o.state = 'dead' limit 1)
), attempted as (
  insert into ledger.attempt (organization_id, notification_id, record_id, attempt_no, step, worker, started_at, finished_at, outcome, code, message)
  select s.organization_id, s.notification_id, s.record_id, s.lease_no, $2, $1, s.leased_at, clock_timestamp(), s.outcome,
    s.attempt_code, s.attempt_message
  from finished s
), freed as (
  delete from ledger.client_lease l
  where l.ctid = any (array(
    select f.tid
    from finished s
    cross join lateral (
      select h.ctid as tid from ledger.client_lease h
      where h.organization_id = s.organization_id and h.whmcs_client_id = s.client_id and h.record_id = s.record_id
      offset 0
    ) as f
    where $2 = 'provision'
  ))
), told as (
  insert into ledger.event (organization_id, type, subject, data)
  select s.organization_id, e.type, s.record_id, jsonb_strip_nulls(jsonb_build_object('organizationId', s.organization_id,
    'orderId', case when s.record_type = 'Order' then s.record_id end, 'recordType', case when s.record_type <> 'Order' then s.record_type end,
    'recordId', case when s.record_type <> 'Order' then s.record_id end, 'orderNumber', n.order_number, 'whmcsOrderId', s.whmcs_order_id,
    'notificationId', s.notification_id, 'step', case when s.state = 'dead' then s.step end, 'code', s.error_code,
    'message', s.error_message))
  from finished s
  cross join lateral (values ('order.provisioned', s.state = 'completed' and $2 = 'write_back' and s.record_type = 'Order'),
    ('order.failed', s.state = 'dead' and s.record_type = 'Order'), ('notification.dead', s.state = 'dead')) as e (type, so)
  left join lateral (
    select x.order_number from ledger.snapshot x where x.organization_id = s.organization_id and x.record_id = s.record_id offset 0
  ) as n on true
  where e.so and e.type = any (array(select unnest(w.types) from ledger.webhook w where w.state = 'active'))
)
select organization_id, record_id, notification_id, lease_no from finished where (select count(*) from overtaken) >= 0
