-- settle: end leases that this worker still holds, of records that go on: step, due time, the row of the attempt, and that the
-- order is accepted in WHMCS, if it is. Where a newer notification has arrived meanwhile the record starts over with it,
-- and the older is superseded. What has come to its end: see finish. Webhooks are told of an order once it is let pass, and
-- not again until it has ended and was replayed.
-- A notification whose lease was lost is left alone: it has no row in the answer.
-- In the order of their records; looked up one by one, as in claim.
-- $1  worker           text
-- $2  step             ledger.step         the step that was worked on
-- $3  organization_id  text[]
-- $4  record_id        text[]
-- $5  notification_id  text[]
-- $6  lease_no         integer[]
-- $7  next_step        ledger.step[]
-- $8  delay_ms         double precision[]  due in this many milliseconds
-- $9  attempts         integer[]
-- $10 error_code       text[]
-- $11 error_message    text[]
-- $12 failed_step      ledger.step[]
-- $13 whmcs_client_id  text[]              null, or at provision: unchanged
-- $14 outcome          text[]              of the attempt
-- $15 attempt_code     text[]
-- $16 attempt_message  text[]
-- $17 service_ids      text[]              JSON of the WHMCS service ids, of an order that has been accepted; else null
with settled as (
  update ledger.work w
  set notification_id = coalesce(w.next_notification_id, w.notification_id), message_id = coalesce((w.next_arrival).message_id, w.message_id),
    received_at = coalesce((w.next_arrival).received_at, w.received_at), lease_no = coalesce((w.next_arrival).lease_no, w.lease_no),
    replayed = coalesce((w.next_arrival).replayed, w.replayed), has_data = coalesce((w.next_arrival).has_data, w.has_data),
    step = case when w.next_notification_id is null then g.step else 'callback' end,
    due_at = now() + case when w.next_notification_id is null then g.delay_ms else 0 end * interval '1 millisecond',
    attempts = case when w.next_notification_id is null then g.attempts else 0 end,
    failed_step = case when w.next_notification_id is null then g.failed_step end,
    error_code = case when w.next_notification_id is null then g.error_code end,
    error_message = case when w.next_notification_id is null then g.error_message end,
    whmcs_client_id = case $2 when 'provision' then w.whmcs_client_id else coalesce(g.whmcs_client_id, w.whmcs_client_id) end,
    lease_holder = null, lease_until = null, next_notification_id = null, next_arrival = null
  from unnest($3::text[], $4::text[], $5::text[], $6::integer[], $7::ledger.step[], $8::double precision[], $9::integer[], $10::text[],
      $11::text[], $12::ledger.step[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[])
    as g (organization_id, record_id, notification_id, lease_no, step, delay_ms, attempts, error_code, error_message, failed_step,
      whmcs_client_id, outcome, attempt_code, attempt_message, service_ids)
  where w.organization_id = any (array[g.organization_id]) and w.record_id = any (array[g.record_id])
    and w.notification_id = g.notification_id and w.lease_holder = $1 and w.lease_no = g.lease_no and w.step = $2
  returning w.organization_id, w.record_id, g.notification_id, g.lease_no, g.attempts, w.notification_id as now_id, w.leased_at,
    w.record_type, w.whmcs_client_id as client_id, g.outcome, g.attempt_code, g.attempt_message, g.service_ids
), superseded as (
  insert into ledger.outcome (organization_id, notification_id, record_id, state, step, attempts, superseded_by, received_at)
  select s.organization_id, s.notification_id, s.record_id, 'superseded', $2, s.attempts, s.now_id, n.received_at
  from settled s
  join ledger.notification n on n.organization_id = s.organization_id and n.notification_id = s.notification_id and n.record_id = s.record_id
  where s.now_id <> s.notification_id
), attempted as (
  insert into ledger.attempt (organization_id, notification_id, record_id, attempt_no, step, worker, started_at, finished_at, outcome, code, message)
  select s.organization_id, s.notification_id, s.record_id, s.lease_no, $2, $1, s.leased_at, clock_timestamp(), s.outcome,
    s.attempt_code, s.attempt_message
  from settled s
), accepted as (
  update ledger.provisioning p
  set state = 'accepted', service_ids = s.service_ids::jsonb, accepted_at = now(), prior_order_ids = '{}'
  from settled s
  where s.service_ids is not null and p.organization_id = any (array[s.organization_id])
    and p.order_id = any (array[s.record_id]) and p.state = 'added'
), freed as (
  delete from ledger.client_lease l
  where l.ctid = any (array(
    select f.tid
    from settled s
    cross join lateral (
      select h.ctid as tid from ledger.client_lease h
      where h.organization_id = s.organization_id and h.whmcs_client_id = s.client_id and h.record_id = s.record_id
      offset 0
    ) as f
    where $2 = 'provision'
  ))
), told as (
  insert into ledger.event (organization_id, type, subject, data)
  select s.organization_id, 'order.activating', s.record_id, jsonb_strip_nulls(jsonb_build_object('organizationId', s.organization_id,
    'orderId', s.record_id, 'orderNumber', n.order_number, 'notificationId', s.notification_id))
  from settled s
  left join lateral (
    select x.order_number from ledger.snapshot x where x.organization_id = s.organization_id and x.record_id = s.record_id offset 0
  ) as n on true
  where $2 = 'callback' and s.outcome = 'advanced' and s.record_type = 'Order' and s.now_id = s.notification_id
    and 'order.activating' = any (array(select unnest(w.types) from ledger.webhook w where w.state = 'active'))
    and not exists (select from ledger.attempt a
      where a.organization_id = s.organization_id and a.notification_id = s.notification_id and a.record_id = s.record_id
        and a.step = 'callback' and a.outcome = 'advanced' and a.attempt_no > coalesce((select max(b.attempt_no) from ledger.attempt b
          where b.organization_id = s.organization_id and b.notification_id = s.notification_id and b.record_id = s.record_id
            and b.outcome in ('completed', 'ignored', 'gave_up', 'dead')), 0))
)
select organization_id, record_id, notification_id, lease_no from settled
