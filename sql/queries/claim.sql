-- claim: lease up to $4 due notifications of one step to one worker; those of the first class go first, within a class
-- those that have been due longest. Nothing while the step is paused. At provision a client is leased with its record:
-- of several orders of one client one is claimed, and none while another worker has one.
-- The lower bound of each class spares the dead entries of the index, of which there are many while somebody's
-- transaction is open for long; see due-bounds.
-- The snapshot is the order as callback read it; for callback itself as it was when it became a dead letter, if it did:
-- whether it has changed since tells a mended order from the echo of our report, which may come late, when a person has
-- dismissed that letter already.
-- Rows are looked up one by one: by lateral, and by "= any" of an array of one, by which nothing can be joined. A plan that
-- was made while the queue was empty, as it is most of the time, would compare each with each. Not by ctid: that of a row
-- which was changed since the statement began is none that it sees.
-- $1 organization_id  text
-- $2 step             ledger.step
-- $3 worker           text
-- $4 most             integer            at most this many
-- $5 lease            interval           how long the lease lasts
-- $6 priority         ledger.priority[]  the classes in the order in which they are served
-- $7 since            timestamptz[]      of each: nothing in it has been due for longer
with due as materialized (
  select d.*
  from unnest($6::ledger.priority[], $7::timestamptz[]) as class (priority, since)
  cross join lateral (
    select w.organization_id, w.record_id, w.whmcs_client_id, w.due_at
    from ledger.work w
    where w.organization_id = $1 and w.step = $2 and w.priority = class.priority
      and w.due_at >= class.since and w.due_at <= now() and w.lease_until is null
      and ($2 <> 'provision' or (select l.record_id from ledger.client_lease l
        where l.organization_id = w.organization_id and l.whmcs_client_id = w.whmcs_client_id) is null)
    order by w.due_at
    limit $4::integer
    for update of w skip locked
  ) as d
  where not exists (select from ledger.pause p where p.organization_id = $1 and p.step = $2 and p.until > now())
  limit $4::integer
), client as (
  insert into ledger.client_lease (organization_id, whmcs_client_id, record_id)
  select $1, d.whmcs_client_id, d.record_id
  from due d
  where $2 = 'provision'
  order by d.whmcs_client_id, d.due_at, d.record_id
  on conflict (organization_id, whmcs_client_id) do nothing
  returning record_id
), claimed as (
  update ledger.work w
  set lease_holder = $3, lease_no = w.lease_no + 1, leased_at = now(), lease_until = now() + $5
  from due d
  where w.organization_id = any (array[d.organization_id]) and w.record_id = any (array[d.record_id])
    and ($2 <> 'provision' or d.record_id in (select c.record_id from client c))
  returning w.organization_id, w.notification_id, w.record_id, w.lease_no, w.attempts, w.received_at, w.replayed,
    w.failed_step, w.error_code, w.error_message, w.record_type, w.message_id, w.has_data
)
select c.organization_id, c.notification_id, c.record_id, c.lease_no, c.record_type, c.attempts, c.received_at, c.has_data, c.replayed,
  c.failed_step, c.error_code, c.error_message, m.session, m.traceparent, m.source, s.content as snapshot, s.age_ms as snapshot_age_ms,
  p.state as provisioning, p.whmcs_client_id, p.whmcs_order_id, p.service_ids, p.details, p.cancellation
from claimed c
left join lateral (
  select case when $2 <> 'provision' then m.session end as session, m.traceparent, m.source
  from ledger.message m
  where m.organization_id = c.organization_id and m.message_id = c.message_id
  offset 0
) as m on true
left join lateral (
  select s.content, (extract(epoch from now() - s.taken_at) * 1000)::double precision as age_ms
  from ledger.snapshot s
  where s.organization_id = c.organization_id and s.record_id = c.record_id
    and ($2 = 'provision' or $2 = 'callback' and (select o.state in ('dead', 'dismissed') from ledger.outcome o
      where o.organization_id = s.organization_id and o.notification_id = s.notification_id and o.record_id = s.record_id))
  offset 0
) as s on true
left join lateral (
  select p.state, p.whmcs_client_id, p.whmcs_order_id, p.service_ids, p.details,
    case when p.cancelled_at is not null then 'cancelled' when p.cancel_wanted_at is not null then 'wanted'
      when p.cancel_approved_at is not null then 'approved' end as cancellation
  from ledger.provisioning p
  where p.organization_id = c.organization_id and p.order_id = c.record_id
  offset 0
) as p on true
order by c.received_at, c.notification_id
