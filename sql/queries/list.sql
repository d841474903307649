-- list: a page of what fits a filter, newest first. The function has the statements, and chooses among them.
-- $1 filter     jsonb    names and values as in the API
-- $2 most       integer  at most this many
-- $3 before_us  bigint   received before that time, in microseconds since 1970; null: from the newest
-- $4 before_id  text     and, of those received at that time, with a smaller notification id
select v.organization_id, v.notification_id, v.source, v.record_type, nullif(v.record_id, '') as record_id, v.order_number, v.account_name, v.state::text as state,
  v.step::text as step, v.priority::text as priority, v.attempts, v.error_code, v.error_message, v.whmcs_order_id, v.received_at,
  v.next_attempt_at, v.finalized_at, (extract(epoch from v.received_at) * 1000000)::bigint as received_us
from ledger.find_notifications($1, $2, '1970-01-01T00:00:00Z'::timestamptz + $3::bigint * interval '1 microsecond', $4) as v
