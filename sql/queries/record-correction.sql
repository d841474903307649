-- record-correction: a person corrects what becomes of a notification that waits. It stays where it is; who said so
-- and why is kept.
-- Returns no row when it does not wait: then it is to be replayed.
-- $1 organization_id  text
-- $2 notification_id  text
-- $3 reason           text
-- $4 requested_by     text
insert into ledger.replayed (organization_id, notification_id, record_id, replay_no, from_state, to_step, reason, requested_by)
select w.organization_id, w.notification_id, w.record_id,
  (select count(*) + 1 from ledger.replayed r where r.organization_id = w.organization_id
    and r.notification_id = w.notification_id and r.record_id = w.record_id),
  'pending', w.step, $3, case when $4::text <> session_user then $4::text || ' (as ' || session_user || ')' else session_user end
from ledger.notification n
join ledger.work w on w.organization_id = n.organization_id and w.record_id = n.record_id and w.notification_id = n.notification_id
where n.organization_id = $1 and n.notification_id = $2 and w.lease_holder is null
returning to_step::text as step
