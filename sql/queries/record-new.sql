-- record-new: store a group of messages and their notifications, and queue them, where nothing is known of any. Nearly all
-- groups are like that, and record takes a third as long again for them. Where the id of one is known, or its record has
-- something open, nothing is written and no row comes back: that is for record. So it is where another session writes the
-- same at that moment: then a key is violated.
-- In the order of record, or two that bring the same would wait for each other: notifications before records, both sorted by
-- key. What is known is looked up one by one, by a scalar each: a plan that was made while all was empty would else read all
-- of the organization.
-- $1  organization_id  text[]             of each message
-- $2  source           text[]
-- $3  priority         ledger.priority[]
-- $4  action_id        text[]
-- $5  session          bytea[]            sealed session, or null
-- $6  enterprise_url   text[]             or null
-- $7  partner_url      text[]             or null
-- $8  message_no       integer[]          for each notification: which message it belongs to, from 1
-- $9  notification_id  text[]             each once
-- $10 record_type      text[]
-- $11 record_id        text[]             each once
-- $12 fields           jsonb[]
-- $13 traceparent      text[]             of each message, or null
with fresh as materialized (
  select array(select nextval('ledger.message_id') from generate_subscripts($1::text[], 1)) as ids
  where not exists (
    select from unnest($8::integer[], $9::text[], $11::text[]) as n (message_no, notification_id, record_id)
    where (select k.record_id from ledger.notification k
        where k.organization_id = $1[n.message_no] and k.notification_id = n.notification_id limit 1) is not null
      or (select w.record_id from ledger.work w
        where w.organization_id = $1[n.message_no] and w.record_id = n.record_id limit 1) is not null)
), message as (
  insert into ledger.message (organization_id, message_id, source, action_id, session, enterprise_url, partner_url, traceparent)
  select m.organization_id, m.message_id, m.source, m.action_id, m.session, m.enterprise_url, m.partner_url, m.traceparent
  from fresh
  cross join unnest($1::text[], fresh.ids, $2::text[], $4::text[], $5::bytea[], $6::text[], $7::text[], $13::text[])
    as m (organization_id, message_id, source, action_id, session, enterprise_url, partner_url, traceparent)
), notification as (
  insert into ledger.notification (organization_id, notification_id, record_id, message_id, priority, record_type, fields)
  select $1[n.message_no], n.notification_id, n.record_id, fresh.ids[n.message_no], ($3::ledger.priority[])[n.message_no], n.record_type, n.fields
  from fresh
  cross join unnest($8::integer[], $9::text[], $10::text[], $11::text[], $12::jsonb[])
    as n (message_no, notification_id, record_type, record_id, fields)
  order by $1[n.message_no], n.notification_id
  returning organization_id, record_id, notification_id, message_id, record_type, priority, fields <> '{}' as has_data
), queued as (
  insert into ledger.work (organization_id, record_id, notification_id, message_id, record_type, priority, has_data)
  select n.organization_id, n.record_id, n.notification_id, n.message_id, n.record_type, n.priority, n.has_data
  from notification n
  order by n.organization_id, n.record_id
)
select true as recorded from fresh
