-- attempts-of: everything that was tried for one notification.
-- $1 organization_id  text
-- $2 notification_id  text
-- $3 record_id        text  empty: it has none
select attempt_no, step::text as step, worker, started_at, finished_at, outcome, code, message
from ledger.attempt
where organization_id = $1 and notification_id = $2 and record_id = $3
order by attempt_no
