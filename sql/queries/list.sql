-- list: a page of the overview, newest first. What is open is looked for in the queue, what ended otherwise than completed
-- by its own indexes, the rest by the time of its arrival. Planned for its values: which of them serve depends on those.
-- $1 state            ledger.state  null: any
-- $2 step             ledger.step   null: any
-- $3 code             text          error code, null: any
-- $4 record_id        text          null: any
-- $5 before           timestamptz   received before this, null: from the newest
-- $6 before_id        text          and, among those received at that time, with a smaller notification id
-- $7 most             integer       at most this many
-- $8 organization_id  text          null: any
-- $9 since            timestamptz   received then or later, null: any
-- $10 until           timestamptz   received before, null: any
select v.organization_id, v.notification_id, v.source, v.record_type, v.record_id, v.order_number, v.state::text as state,
  v.step::text as step, v.priority::text as priority, v.attempts, v.error_code, v.error_message, v.whmcs_order_id, v.received_at,
  v.next_attempt_at, v.finalized_at
from ledger.organizations g
cross join lateral (
  select f.*
  from (
    (
      select i.notification_id, i.record_id, i.received_at
      from ledger.notification i
      where ($1::ledger.state is null or $1 = 'completed') and $3::text is null
        and i.organization_id = g.organization_id
        and ($1 is null or $1 = (select o.state from ledger.outcome o where o.organization_id = i.organization_id
          and o.notification_id = i.notification_id and o.record_id = i.record_id))
        and ($2::ledger.step is null or $2 = coalesce(
          (select o.step from ledger.outcome o where o.organization_id = i.organization_id
            and o.notification_id = i.notification_id and o.record_id = i.record_id),
          (select w.step from ledger.work w where w.organization_id = i.organization_id
            and w.record_id = i.record_id and w.notification_id = i.notification_id),
          'callback'))
        and ($4::text is null or i.record_id = $4)
        and ($5::timestamptz is null or (i.received_at, i.notification_id) < ($5, $6))
        and ($9::timestamptz is null or i.received_at >= $9)
        and ($10::timestamptz is null or i.received_at < $10)
      order by i.received_at desc, i.notification_id desc
      limit $7::integer
    )
    union all
    (
      select i.notification_id, i.record_id, i.received_at
      from ledger.inbox i
      where ($1 in ('pending', 'working') or $1 is null and $3 is not null)
        and i.organization_id = g.organization_id
        and ($1 is null or i.state = $1)
        and ($2 is null or i.step = $2)
        and ($3 is null or i.error_code = $3)
        and ($4 is null or i.record_id = $4)
        and ($5 is null or (i.received_at, i.notification_id) < ($5, $6))
        and ($9 is null or i.received_at >= $9)
        and ($10 is null or i.received_at < $10)
      order by i.received_at desc, i.notification_id desc
      limit $7::integer
    )
    union all
    (
      select o.notification_id, o.record_id, o.received_at
      from ledger.outcome o
      where ($1 not in ('pending', 'working', 'completed') or $3 is not null and ($1 is null or $1 = 'completed'))
        and o.organization_id = g.organization_id
        and ($1 is null or o.state = $1)
        and ($2 is null or o.step = $2)
        and ($3 is null or o.error_code = $3)
        and ($4 is null or o.record_id = $4)
        and ($5 is null or (o.received_at, o.notification_id) < ($5, $6))
        and ($9 is null or o.received_at >= $9)
        and ($10 is null or o.received_at < $10)
      order by o.received_at desc, o.notification_id desc
      limit $7::integer
    )
  ) as f
  order by f.received_at desc, f.notification_id desc
  limit $7::integer
) as f
cross join lateral (
  select v.* from ledger.overview v
  where v.organization_id = g.organization_id and v.notification_id = f.notification_id and v.record_id is not distinct from nullif(f.record_id, '')
  offset 0
) as v
where $8::text is null or g.organization_id = $8
order by v.received_at desc, v.notification_id desc
limit $7::integer
