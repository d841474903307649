-- settle: end the leases that this worker still holds: state, step, due time, the row of the attempt, and that the order is
-- accepted in WHMCS, if it is.
-- A notification whose lease was lost is left alone: it has no row in the answer.
-- $1  worker           text
-- $2  step             ledger.step         the step that was worked on
-- $3  organization_id  text[]
-- $4  notification_id  text[]
-- $5  lease_no         integer[]
-- $6  state            ledger.state[]      new state
-- $7  next_step        ledger.step[]       new step
-- $8  delay_ms         double precision[]  due in this many milliseconds; 0: at once, in order of arrival; null: final
-- $9  attempts         integer[]
-- $10 error_code       text[]
-- $11 error_message    text[]
-- $12 failed_step      ledger.step[]
-- $13 whmcs_client_id  text[]              null: unchanged
-- $14 whmcs_order_id   text[]              null: unchanged
-- $15 outcome          text[]              of the attempt
-- $16 attempt_code     text[]              code of the attempt
-- $17 attempt_message  text[]              message of the attempt
-- $18 service_ids      text[]              JSON of the WHMCS service ids, of an order that has been accepted; else null
with settled as (
  update ledger.notification n
  set state = g.state, step = g.step, attempts = g.attempts, lease_holder = null, lease_until = null,
    next_attempt_at = case g.delay_ms when 0 then n.received_at else now() + g.delay_ms * interval '1 millisecond' end,
    finalized_at = case when g.delay_ms is null then now() end,
    error_code = g.error_code, error_message = g.error_message, failed_step = g.failed_step,
    whmcs_client_id = coalesce(g.whmcs_client_id, n.whmcs_client_id),
    whmcs_order_id = coalesce(g.whmcs_order_id, n.whmcs_order_id)
  from unnest($3::text[], $4::text[], $5::integer[], $6::ledger.state[], $7::ledger.step[], $8::double precision[],
      $9::integer[], $10::text[], $11::text[], $12::ledger.step[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[],
      $18::text[])
    as g (organization_id, notification_id, lease_no, state, step, delay_ms, attempts, error_code, error_message,
      failed_step, whmcs_client_id, whmcs_order_id, outcome, attempt_code, attempt_message, service_ids)
  where n.organization_id = g.organization_id and n.notification_id = g.notification_id
    and n.lease_holder = $1 and n.lease_no = g.lease_no and n.step = $2
  returning n.organization_id, n.notification_id, n.lease_no, n.message_id, n.leased_at, n.finalized_at is not null as final,
    n.record_id, g.outcome, g.attempt_code, g.attempt_message, g.service_ids
), attempted as (
  insert into ledger.attempt (organization_id, notification_id, attempt_no, step, worker, started_at, finished_at, outcome, code, message)
  select s.organization_id, s.notification_id, s.lease_no, $2, $1, s.leased_at, clock_timestamp(), s.outcome, s.attempt_code, s.attempt_message
  from settled s
), accepted as (
  update ledger.provisioning p
  set state = 'accepted', service_ids = s.service_ids::jsonb, accepted_at = now()
  from settled s
  where s.service_ids is not null
    and p.organization_id = s.organization_id and p.order_id = s.record_id and p.state = 'added'
)
select organization_id, notification_id, lease_no, message_id, final from settled
