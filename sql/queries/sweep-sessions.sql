-- sweep-sessions: the same for all messages: for those whose worker died between settling and forgetting, and those whose
-- last notification was superseded. Planned each time: the queue is empty now and full then.
-- $1 most  integer  at most this many
with spent as (
  select m.organization_id, m.message_id
  from ledger.message m
  where m.session is not null
    and (select count(*) from ledger.notification n
      cross join lateral (
        select 1 from ledger.work w
        where w.organization_id = n.organization_id and w.record_id = n.record_id
          and (w.notification_id = n.notification_id or w.next_notification_id = n.notification_id)
        offset 0
      ) as open
      where n.organization_id = m.organization_id and n.message_id = m.message_id) = 0
  limit $1::integer
  for update of m skip locked
)
update ledger.message m set session = null from spent s
where m.organization_id = s.organization_id and m.message_id = s.message_id
returning m.message_id
