-- oldest-waiting: the 20 open notifications that arrived first, and what keeps them.
select i.state, i.step, i.attempts, i.record_id, i.error_code, w.lease_holder, date_trunc('second', now() - i.received_at) as waits,
  i.next_attempt_at, i.error_message
from ledger.inbox i
left join ledger.work w on w.organization_id = i.organization_id and w.record_id = i.record_id and w.notification_id = i.notification_id
order by i.received_at, i.notification_id
limit 20;
