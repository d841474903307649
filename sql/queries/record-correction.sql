-- record-correction: a person corrects what becomes of a notification that waits. It stays where it is; who said so
-- and why is kept.
-- Returns no row when it does not wait: then it is to be replayed.
-- $1 organization_id  text
-- $2 notification_id  text
-- $3 reason           text
-- $4 requested_by     text
insert into ledger.replayed (organization_id, notification_id, replay_no, from_state, to_step, reason, requested_by)
select n.organization_id, n.notification_id,
  (select count(*) + 1 from ledger.replayed r
    where r.organization_id = n.organization_id and r.notification_id = n.notification_id),
  n.state, n.step, $3, case when $4::text <> session_user then $4::text || ' (as ' || session_user || ')' else session_user end
from ledger.notification n
where n.organization_id = $1 and n.notification_id = $2 and n.finalized_at is null and n.lease_holder is null
returning to_step::text as step
