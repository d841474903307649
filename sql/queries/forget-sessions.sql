-- forget-sessions: remove the sealed sessions of the messages of these notifications, where nothing of the message is open
-- any more. Runs after the settlement has committed: of two workers that end the last two, the later sees both.
-- $1 organization_id  text[]
-- $2 record_id        text[]
-- $3 notification_id  text[]
update ledger.message m
set session = null
from unnest($1::text[], $2::text[], $3::text[]) as g (organization_id, record_id, notification_id)
cross join lateral (
  select n.organization_id, n.message_id
  from ledger.notification n
  where n.organization_id = g.organization_id and n.notification_id = g.notification_id and n.record_id = g.record_id
  offset 0
) as spent
where m.organization_id = any (array[spent.organization_id]) and m.message_id = any (array[spent.message_id]) and coalesce(m.session, '') <> ''
  and (select count(*) from ledger.notification n
    cross join lateral (
      select 1 from ledger.work w
      where w.organization_id = n.organization_id and w.record_id = n.record_id
        and (w.notification_id = n.notification_id or w.next_notification_id = n.notification_id)
      offset 0
    ) as open
    where n.organization_id = m.organization_id and n.message_id = m.message_id) = 0
returning m.message_id
