-- list: a page of what fits a filter, in order. The function has the statements, and chooses among them.
-- $1 filter     jsonb    names and values as in the API
-- $2 most       integer  at most this many
-- $3 sort       text     receivedAt, nextAttemptAt or finalizedAt; with - before it: from the latest on
-- $4 before_us  bigint   after the one with that time, in microseconds since 1970; null: from the first
-- $5 before_id  text     and, of those with that time, after the one with this notification id
select v.organization_id, v.notification_id, v.source, v.record_type, nullif(v.record_id, '') as record_id, v.order_number, v.account_name, v.state::text as state,
  v.step::text as step, v.priority::text as priority, v.attempts, v.error_code, v.error_message, v.whmcs_order_id, v.received_at,
  v.next_attempt_at, v.finalized_at,
  (extract(epoch from case ltrim($3, '-') when 'nextAttemptAt' then v.next_attempt_at when 'finalizedAt' then v.finalized_at
    else v.received_at end) * 1000000)::bigint as place_us
from ledger.find_notifications($1, $2, '1970-01-01T00:00:00Z'::timestamptz + $4::bigint * interval '1 microsecond', $5, $3) as v
