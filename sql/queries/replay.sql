-- replay: put a final notification back to work.
-- $1 organization_id  text
-- $2 notification_id  text
-- $3 record_id        text         its record; null: there is but one, or the newest
-- $4 reason           text
-- $5 acting           jsonb        who
-- $6 step             ledger.step  at this step; null: where it makes sense
select ledger.replay($1, $2, $4, $6, null, $3, $5)::text as step
