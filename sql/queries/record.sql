-- record: store a group of messages and their notifications, and queue what there is to do. What is known already is left
-- alone: a notification is known by its id and its record. A message is stored only when it brings something new.
-- The queue has one row a record. Where the record is open the newest notification takes the row over and the one that
-- waited is superseded; where a worker has the lease it waits for its turn, and one that waited before it is superseded.
-- A row that was changed since this statement began may name a notification that it does not see: that one is as new.
-- Returns a row for each message that brought something new.
-- Sorted by key, notifications before records: two of these that bring the same in different order would wait for each
-- other. One without a record is new only when nothing is known by its id: it can't add anything.
-- $1  organization_id  text[]             of each message
-- $2  source           text[]
-- $3  priority         ledger.priority[]
-- $4  action_id        text[]
-- $5  session          bytea[]            sealed session, or null
-- $6  enterprise_url   text[]             or null
-- $7  partner_url      text[]             or null
-- $8  message_no       integer[]          for each notification: which message it belongs to, from 1
-- $9  notification_id  text[]
-- $10 record_type      text[]
-- $11 record_id        text[]             empty: it has none
-- $12 fields           jsonb[]
-- $13 ignored_code     text[]             code of the reason to ignore it, or null
-- $14 ignored_message  text[]             message of that reason, or null
-- $15 traceparent      text[]             of each message, or null
with message as materialized (
  select nextval('ledger.message_id') as message_id, m.*
  from unnest($1::text[], $2::text[], $3::ledger.priority[], $4::text[], $5::bytea[], $6::text[], $7::text[], $15::text[])
    with ordinality as m (organization_id, source, priority, action_id, session, enterprise_url, partner_url, traceparent, message_no)
), ignored as materialized (
  select distinct on (m.message_id, n.notification_id, n.record_id) m.message_id, n.notification_id, n.record_id, n.code, n.message
  from unnest($8::integer[], $9::text[], $11::text[], $13::text[], $14::text[]) as n (message_no, notification_id, record_id, code, message)
  join message m using (message_no)
  where n.code is not null
), recorded as (
  insert into ledger.notification (organization_id, notification_id, record_id, message_id, priority, record_type, fields)
  select m.organization_id, n.notification_id, n.record_id, m.message_id, m.priority, n.record_type, n.fields
  from unnest($8::integer[], $9::text[], $10::text[], $11::text[], $12::jsonb[])
    with ordinality as n (message_no, notification_id, record_type, record_id, fields, position)
  join message m using (message_no)
  where n.record_id <> '' or not exists (select from ledger.notification k
    where k.organization_id = m.organization_id and k.notification_id = n.notification_id)
  order by m.organization_id, n.notification_id, n.record_id, n.position
  on conflict (organization_id, notification_id, record_id) do nothing
  returning organization_id, notification_id, record_id, message_id, priority, record_type, received_at, fields <> '{}' as has_data
), due as (
  select r.*, first_value(r.notification_id) over (partition by r.organization_id, r.record_id
    order by r.message_id desc, r.notification_id desc) as newest
  from recorded r
  where not exists (select from ignored i
    where i.message_id = r.message_id and i.notification_id = r.notification_id and i.record_id = r.record_id)
), queued as (
  insert into ledger.work as w (organization_id, record_id, notification_id, message_id, record_type, priority, received_at, has_data)
  select d.organization_id, d.record_id, d.notification_id, d.message_id, d.record_type, d.priority, d.received_at, d.has_data
  from due d
  where d.notification_id = d.newest
  order by d.organization_id, d.record_id
  on conflict (organization_id, record_id) do update
  set superseded_id = case when w.lease_holder is null then w.notification_id else w.next_notification_id end,
    notification_id = case when w.lease_holder is null then excluded.notification_id else w.notification_id end,
    message_id = case when w.lease_holder is null then excluded.message_id else w.message_id end,
    received_at = case when w.lease_holder is null then excluded.received_at else w.received_at end,
    has_data = case when w.lease_holder is null then excluded.has_data else w.has_data end,
    replayed = case when w.lease_holder is null then excluded.replayed else w.replayed end,
    lease_no = case when w.lease_holder is null then excluded.lease_no else w.lease_no end,
    step = case when w.lease_holder is null then excluded.step else w.step end,
    priority = least(w.priority, excluded.priority),
    due_at = case when w.lease_holder is null then excluded.due_at else w.due_at end,
    attempts = case when w.lease_holder is null then 0 else w.attempts end,
    whmcs_client_id = case when w.lease_holder is null then coalesce(excluded.whmcs_client_id, w.whmcs_client_id) else w.whmcs_client_id end,
    failed_step = case when w.lease_holder is not null then w.failed_step end,
    error_code = case when w.lease_holder is not null then w.error_code end,
    error_message = case when w.lease_holder is not null then w.error_message end,
    next_notification_id = case when w.lease_holder is not null then excluded.notification_id end,
    next_arrival = case when w.lease_holder is not null then row(excluded.message_id, excluded.received_at, excluded.lease_no,
      excluded.replayed, excluded.has_data)::ledger.arrival end
  returning w.organization_id, w.record_id, w.superseded_id, coalesce(w.next_notification_id, w.notification_id) as superseded_by
), ended as (
  insert into ledger.outcome (organization_id, notification_id, record_id, state, step, error_code, error_message, superseded_by, received_at)
  select r.organization_id, r.notification_id, r.record_id, 'ignored'::ledger.state, 'callback'::ledger.step, i.code, i.message, null, r.received_at
  from ignored i
  join recorded r on r.message_id = i.message_id and r.notification_id = i.notification_id and r.record_id = i.record_id
  union all
  select d.organization_id, d.notification_id, d.record_id, 'superseded', 'callback', null, null, d.newest, d.received_at
  from due d
  where d.notification_id <> d.newest
  union all
  select q.organization_id, q.superseded_id, q.record_id, 'superseded', 'callback', null, null, q.superseded_by,
    coalesce((select n.received_at from ledger.notification n where n.organization_id = q.organization_id
      and n.notification_id = q.superseded_id and n.record_id = q.record_id), now())
  from queued q
  where q.superseded_id is not null
), stored as (
  insert into ledger.message (organization_id, message_id, source, action_id, session, enterprise_url, partner_url, traceparent)
  select m.organization_id, m.message_id, m.source, m.action_id,
    case when exists (select from due d where d.message_id = m.message_id) then m.session end,
    m.enterprise_url, m.partner_url, m.traceparent
  from message m
  where m.message_id in (select r.message_id from recorded r)
)
select m.message_no::integer as message_no, r.recorded, r.conflicting
from (
  select r.message_id, count(*)::integer as recorded,
    count(*) filter (where exists (select from ledger.notification k where k.organization_id = r.organization_id
      and k.notification_id = r.notification_id and k.record_id <> r.record_id))::integer as conflicting
  from recorded r
  group by r.message_id
) as r
join message m using (message_id)
