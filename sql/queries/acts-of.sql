-- acts-of: what people did to one notification, and why.
-- $1 organization_id  text
-- $2 notification_id  text
-- $3 record_id        text  empty: it has none
select act, actor, login, via, reason, at, detail ->> 'fromState' as from_state, detail ->> 'toStep' as to_step, detail
from ledger.audit
where organization_id = $1 and notification_id = $2 and record_id = $3
order by audit_id
