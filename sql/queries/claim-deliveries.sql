-- claim-deliveries: lease what is due to one worker, with what it takes to send it. Each webhook has places of its own, so
-- that one which is slow or dead takes none of another; one that fails has a single place, a second apart. Of one
-- subject only the oldest that is open is leased: the receiver hears of it in order. Looked up one by one, as in claim.
-- Its commit does not wait for the disk: a crash only means that something is sent again, as receivers are used to.
-- $1 worker      text
-- $2 lease       interval   how long the lease lasts
-- $3 webhook_id  text[]     those for which this worker has something in hand
-- $4 busy        integer[]  how much
-- $5 each        integer    at most this many of one webhook
-- $6 most        integer    at most this many of all: they are shared among the webhooks
-- $7 type        text[]     only events of these types; empty: all
with relaxed as materialized (
  select set_config('synchronous_commit', 'off', true) as commit
), room as materialized (
  select w.webhook_id, w.url, w.format, array(select x.s ->> 'secret' from jsonb_array_elements(w.secrets) with ordinality as x (s, place)
      where coalesce((x.s ->> 'until')::timestamptz, 'infinity') > now() order by x.place) as secrets,
    case when w.failing_since is null then greatest(1, least($5, $6 / (count(*) over ())::integer)) else 1 end - coalesce(b.busy, 0) as places,
    w.retry_at
  from ledger.webhook w
  left join unnest($3::text[], $4::integer[]) as b (webhook_id, busy) on b.webhook_id = w.webhook_id
  where w.state = 'active'
), due as materialized (
  select d.organization_id, d.webhook_id, d.event_no, r.url, r.format, r.secrets
  from room r
  cross join lateral (
    select d.organization_id, d.webhook_id, d.event_no
    from ledger.delivery d
    where d.webhook_id = r.webhook_id and d.state = 'waiting' and d.due_at <= now() and (d.lease_until is null or d.lease_until < now())
      and (select true from ledger.delivery o where o.webhook_id = d.webhook_id and o.organization_id = d.organization_id
        and o.subject = d.subject and o.state = 'waiting' and o.event_no < d.event_no limit 1) is null
      and (cardinality($7::text[]) = 0 or (select e.type from ledger.event e
        where e.organization_id = d.organization_id and e.event_no = d.event_no) = any ($7::text[]))
    order by d.due_at
    limit greatest(r.places, 0)
    for update of d skip locked
  ) as d
  where r.retry_at is null or r.retry_at <= now()
), claimed as (
  update ledger.delivery d
  set lease_holder = $1, lease_no = d.lease_no + 1, lease_until = now() + $2
  from due u
  where d.organization_id = any (array[u.organization_id]) and d.webhook_id = any (array[u.webhook_id])
    and d.event_no = any (array[u.event_no])
  returning d.organization_id, d.webhook_id, d.event_no, d.lease_no, d.attempts, u.url, u.format, u.secrets
)
select c.organization_id, c.webhook_id, c.event_no, c.lease_no, c.attempts, c.url, c.format, c.secrets, e.event_id, e.type, e.happened_at,
  e.data, o.traceparent
from claimed c
cross join relaxed
cross join lateral (
  select e.event_id, e.type, e.happened_at, e.data from ledger.event e
  where e.organization_id = c.organization_id and e.event_no = c.event_no
  offset 0
) as e
left join lateral (
  select m.traceparent
  from ledger.notification n
  join ledger.message m on m.organization_id = n.organization_id and m.message_id = n.message_id
  where n.organization_id = c.organization_id and n.notification_id = e.data ->> 'notificationId'
  limit 1
) as o on true
order by c.event_no
