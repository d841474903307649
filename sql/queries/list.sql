-- list: a page of the overview, newest first. Planned for its values: which index serves depends on them.
-- $1 state            ledger.state  null: any
-- $2 step             ledger.step   null: any
-- $3 code             text          error code, null: any
-- $4 record_id        text          record id, null: any
-- $5 before           timestamptz   received before this, null: from the newest
-- $6 before_id        text          and, among those received at that time, with a smaller notification id
-- $7 most             integer       at most this many
-- $8 organization_id  text          null: any
-- $9 since            timestamptz   received then or later, null: any
-- $10 until           timestamptz   received before, null: any
select n.organization_id, n.notification_id, m.source, n.record_type, n.record_id, n.state::text as state, n.step::text as step,
  n.attempts, n.error_code, n.error_message, n.whmcs_order_id, n.received_at, n.next_attempt_at, n.finalized_at
from ledger.organizations o
cross join lateral (
  select *
  from ledger.notification i
  where i.organization_id = o.organization_id
    and ($1::ledger.state is null or i.state = $1)
    and ($2::ledger.step is null or i.step = $2)
    and ($3::text is null or i.error_code = $3)
    and ($4::text is null or i.record_id = $4)
    and ($5::timestamptz is null or (i.received_at, i.notification_id) < ($5, $6))
    and ($9::timestamptz is null or i.received_at >= $9)
    and ($10::timestamptz is null or i.received_at < $10)
  order by i.received_at desc, i.notification_id desc
  limit $7::integer
) as n
join ledger.message m on m.organization_id = n.organization_id and m.message_id = n.message_id
where $8::text is null or o.organization_id = $8
order by n.received_at desc, n.notification_id desc
limit $7::integer
