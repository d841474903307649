-- oldest-waiting: the 20 open notifications that arrived first, and what keeps them.
select state, step, attempts, record_id, error_code, error_message, lease_holder,
  date_trunc('second', now() - received_at) as waits, next_attempt_at
from ledger.inbox
order by received_at, notification_id
limit 20;
