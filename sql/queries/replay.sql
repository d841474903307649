-- replay: put a final notification back to work.
-- $1 organization_id  text
-- $2 notification_id  text
-- $3 reason           text
-- $4 step             ledger.step  at this step; null: where it makes sense
-- $5 requested_by     text         who
-- $6 record_id        text         its record; null: there is but one, or the newest
select ledger.replay($1, $2, $3, $4, $5, $6)::text as step
