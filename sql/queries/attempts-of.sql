-- attempts-of: everything that was tried for one notification.
-- $1 organization_id  text
-- $2 notification_id  text
-- $3 record_id        text  empty: it has none
select a.attempt_no, a.step::text as step, a.worker, a.started_at, a.finished_at, a.outcome, a.code, a.message, d.exchanges
from ledger.attempt a
left join ledger.attempt_detail d on d.organization_id = a.organization_id and d.notification_id = a.notification_id
  and d.record_id = a.record_id and d.attempt_no = a.attempt_no
where a.organization_id = $1 and a.notification_id = $2 and a.record_id = $3
order by a.attempt_no
