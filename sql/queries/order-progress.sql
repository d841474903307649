-- order-progress: where orders stand: what is open of each, how it ended last, and, where details are asked for, whether
-- WHMCS has accepted it, or it was cancelled there. Without details neither the provisioning nor the snapshot is read.
-- A message that our own report has caused says nothing of the order.
-- $1 organization_id  text[]   of these
-- $2 order_id         text[]
-- $3 details          boolean
select k.order_id, g.organization_id, w.notification_id as open_id, w.lease_no, w.step::text as open_step, w.failed_step is not null as failing,
  w.received_at as open_since, o.notification_id as ended_id, o.state::text as state, o.step::text as ended_step, o.error_code,
  o.error_message, o.whmcs_order_id as ended_whmcs_order_id, o.finalized_at, p.whmcs_order_id, p.accepted_at, p.cancelled_at, s.order_number
from unnest($2::text[]) as k (order_id)
cross join unnest($1::text[]) as g (organization_id)
left join lateral (
  select x.notification_id, x.lease_no, x.step, x.failed_step, x.received_at
  from ledger.work x
  where x.organization_id = g.organization_id and x.record_id = k.order_id
  offset 0
) as w on true
left join lateral (
  select x.notification_id, x.state, x.step, x.error_code, x.error_message, x.whmcs_order_id, x.finalized_at
  from ledger.outcome x
  where x.organization_id = g.organization_id and x.record_id = k.order_id and x.state <> 'superseded'
    and x.error_code is distinct from 'OWN_REPORT'
  order by x.finalized_at desc
  limit 1
) as o on true
left join lateral (
  select x.whmcs_order_id, x.accepted_at, x.cancelled_at
  from ledger.provisioning x
  where $3::boolean and x.organization_id = g.organization_id and x.order_id = k.order_id and (x.state = 'accepted' or x.cancelled_at is not null)
  offset 0
) as p on true
left join lateral (
  select x.order_number
  from ledger.snapshot x
  where $3::boolean and x.organization_id = g.organization_id and x.record_id = k.order_id
  offset 0
) as s on true
where w.notification_id is not null or o.notification_id is not null or p.accepted_at is not null or p.cancelled_at is not null
