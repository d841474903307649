-- record: store a group of messages and their notifications; what is known already is left alone.
-- A message is stored only when it brings at least one new notification. Returns a row for each new notification.
-- Sorted by key: two of these that bring the same notifications in different order would wait for each other.
-- $1  organization_id  text[]     of each message
-- $2  source           text[]
-- $3  action_id        text[]
-- $4  session          bytea[]    sealed session, or null
-- $5  enterprise_url   text[]     or null
-- $6  partner_url      text[]     or null
-- $7  message_no       integer[]  for each notification: which message it belongs to, from 1
-- $8  notification_id  text[]
-- $9  record_type      text[]
-- $10 record_id        text[]     or null
-- $11 fields           jsonb[]
-- $12 ignored_code     text[]     code of the reason to ignore it, or null
-- $13 ignored_message  text[]     message of that reason, or null
with message as materialized (
  select nextval('ledger.message_id') as message_id, m.*
  from unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::text[])
    with ordinality as m (organization_id, source, action_id, session, enterprise_url, partner_url, message_no)
), recorded as (
  insert into ledger.notification (organization_id, notification_id, message_id, record_type, record_id, fields,
    state, next_attempt_at, finalized_at, error_code, error_message)
  select m.organization_id, n.notification_id, m.message_id, n.record_type, n.record_id, n.fields,
    case when n.ignored_code is null then 'pending' else 'ignored' end::ledger.state,
    case when n.ignored_code is null then now() end,
    case when n.ignored_code is not null then now() end,
    n.ignored_code, n.ignored_message
  from unnest($7::integer[], $8::text[], $9::text[], $10::text[], $11::jsonb[], $12::text[], $13::text[])
    as n (message_no, notification_id, record_type, record_id, fields, ignored_code, ignored_message)
  join message m using (message_no)
  order by m.organization_id, n.notification_id, n.message_no
  on conflict (organization_id, notification_id) do nothing
  returning message_id, state
), stored as (
  insert into ledger.message (organization_id, message_id, source, action_id, session, enterprise_url, partner_url)
  select m.organization_id, m.message_id, m.source, m.action_id,
    case when exists (select from recorded r where r.message_id = m.message_id and r.state = 'pending') then m.session end,
    m.enterprise_url, m.partner_url
  from message m
  where m.message_id in (select r.message_id from recorded r)
)
select m.message_no::integer as message_no, r.state = 'pending' as due
from recorded r join message m using (message_id)
