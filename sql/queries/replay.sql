-- replay: put a final notification back to work.
-- $1 text         organization_id
-- $2 text         notification_id
-- $3 text         reason
-- $4 ledger.step  at this step; null: where it makes sense
-- $5 text         who
select ledger.replay($1, $2, $3, $4, $5)::text as step
