-- forget-sessions: remove the sealed sessions of those messages whose notifications are all final. Runs after the
-- settlement has committed: of two workers that end the last two notifications, the later sees both.
-- $1 organization_id  text[]
-- $2 message_id       bigint[]
update ledger.message m
set session = null
from unnest($1::text[], $2::bigint[]) as g (organization_id, message_id)
where m.organization_id = g.organization_id and m.message_id = g.message_id and coalesce(m.session, '') <> ''
  and (select count(*) from ledger.notification n where n.organization_id = m.organization_id
    and n.message_id = m.message_id and n.finalized_at is null) = 0
returning m.message_id
