-- list: a page of the overview, newest first.
-- $1 text         state, null: any
-- $2 text         step, null: any
-- $3 text         error code, null: any
-- $4 text         record id, null: any
-- $5 timestamptz  received before this, null: from the newest
-- $6 text         and, among those received at that time, with a smaller notification id
-- $7 integer      at most this many
-- $8 text         organization_id, null: any
select organization_id, notification_id, source, record_type, record_id, state::text as state, step::text as step, attempts,
  error_code, error_message, whmcs_order_id, received_at, next_attempt_at, finalized_at
from ledger.overview
where ($8::text is null or organization_id = $8)
  and ($1::text is null or state = $1::ledger.state)
  and ($2::text is null or step = $2::ledger.step)
  and ($3::text is null or error_code = $3)
  and ($4::text is null or record_id = $4)
  and ($5::timestamptz is null or (received_at, notification_id) < ($5, $6))
order by received_at desc, notification_id desc
limit $7::integer
