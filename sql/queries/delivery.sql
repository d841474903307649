-- delivery: one of them.
-- $1 organization_id  text
-- $2 webhook_id       text
-- $3 event_no         bigint
select d.webhook_id, d.organization_id, d.event_no, e.event_id, e.type, d.attempts as attempt, d.state, d.status, d.error, d.answer,
  d.sent_at, case when d.state = 'waiting' then d.due_at end as next_attempt_at, e.happened_at
from ledger.delivery d
join ledger.event e on e.organization_id = d.organization_id and e.event_no = d.event_no
where d.organization_id = $1 and d.webhook_id = $2 and d.event_no = $3
