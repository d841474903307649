-- deliveries: of one webhook, the newest first.
-- $1 webhook_id  text
-- $2 state       text     null: all
-- $3 before      bigint   null: from the newest on
-- $4 most        integer
select d.webhook_id, d.organization_id, d.event_no, e.event_id, e.type, d.attempts as attempt, d.state, d.status, d.error, d.answer,
  d.sent_at, case when d.state = 'waiting' then d.due_at end as next_attempt_at, e.happened_at
from (
  select d.*
  from (select g.organization_id from ledger.organizations g union all select '') as g
  cross join lateral (
    select d.* from ledger.delivery d
    where d.organization_id = g.organization_id and d.webhook_id = $1 and ($2::text is null or d.state = $2)
      and d.event_no < coalesce($3, 9223372036854775807)
    order by d.event_no desc
    limit $4::integer
  ) as d
  order by d.event_no desc
  limit $4::integer
) as d
cross join lateral (
  select e.event_id, e.type, e.happened_at from ledger.event e
  where e.organization_id = d.organization_id and e.event_no = d.event_no
  offset 0
) as e
order by d.event_no desc
