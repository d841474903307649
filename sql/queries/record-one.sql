-- record-one: store a message of one notification, and queue it, where nothing is known of either. Nearly all are like that,
-- and record takes half as long again for one of them. Where the notification's id is known, or its record has something
-- open, nothing is written and no row comes back: that is for record. So it is where another session writes the same at
-- that moment: then a key is violated.
-- Notification before record, as in record: two that bring the same would else wait for each other.
-- $1  organization_id  text
-- $2  source           text
-- $3  priority         ledger.priority
-- $4  action_id        text
-- $5  session          bytea            sealed session, or null
-- $6  enterprise_url   text             or null
-- $7  partner_url      text             or null
-- $8  notification_id  text
-- $9  record_type      text
-- $10 record_id        text
-- $11 fields           jsonb
-- $12 traceparent      text             or null
with message as (
  insert into ledger.message (organization_id, message_id, source, action_id, session, enterprise_url, partner_url, traceparent)
  select $1, nextval('ledger.message_id'), $2, $4, $5, $6, $7, $12
  where not exists (select from ledger.notification k where k.organization_id = $1 and k.notification_id = $8)
    and not exists (select from ledger.work w where w.organization_id = $1 and w.record_id = $10)
  returning message_id
), notification as (
  insert into ledger.notification (organization_id, notification_id, record_id, message_id, priority, record_type, fields)
  select $1, $8, $10, m.message_id, $3, $9, $11
  from message m
  returning message_id
)
insert into ledger.work (organization_id, record_id, notification_id, message_id, record_type, priority, has_data)
select $1, $10, $8, n.message_id, $9, $3, $11 <> '{}'
from notification n
returning true as recorded
