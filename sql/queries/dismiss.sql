-- dismiss: put a dead letter aside.
-- $1 organization_id  text
-- $2 notification_id  text
-- $3 record_id        text   its record; null: there is but one, or the one that is dead
-- $4 reason           text
-- $5 acting           jsonb  who
select ledger.dismiss($1, $2, $4, null, $3, $5)::text as state
