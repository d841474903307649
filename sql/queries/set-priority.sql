-- set-priority: change when an open notification has its turn.
-- $1 organization_id  text
-- $2 notification_id  text
-- $3 record_id        text             its record; null: there is but one
-- $4 priority         ledger.priority
-- $5 acting           jsonb            who
select ledger.set_priority($1, $2, $4, null, null, $3, $5)::text as priority
