-- pause-step: stop a step until a person resumes it, or that time.
-- $1 organization_id  text
-- $2 step             ledger.step
-- $3 reason           text
-- $4 acting           jsonb        who
-- $5 until            timestamptz  null: for good
select 1 as done from ledger.pause_step($1, $2, $3, $5, null, $4)
