-- replays-of: who replayed one notification, and why.
-- $1 organization_id  text
-- $2 notification_id  text
-- $3 record_id        text  empty: it has none
select replay_no, from_state::text as from_state, to_step::text as to_step, reason, requested_by, requested_at
from ledger.replayed
where organization_id = $1 and notification_id = $2 and record_id = $3
order by replay_no
