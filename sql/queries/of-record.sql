-- of-record: the notifications of one record, newest first, at most 50.
-- $1 organization_id  text
-- $2 record_id        text
select v.organization_id, v.notification_id, v.source, v.record_type, v.record_id, v.order_number, v.account_name,
  v.state::text as state, v.step::text as step, v.priority::text as priority, v.attempts, v.error_code, v.error_message,
  v.whmcs_order_id, v.received_at, v.next_attempt_at, v.finalized_at
from (
  select i.notification_id from ledger.notification i
  where i.organization_id = $1 and i.record_id = $2
  order by i.received_at desc, i.notification_id desc
  limit 50
) as i
cross join lateral (
  select v.* from ledger.overview v
  where v.organization_id = $1 and v.notification_id = i.notification_id and v.record_id = $2
  offset 0
) as v
order by v.received_at desc, v.notification_id desc
