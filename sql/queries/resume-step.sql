-- resume-step: let a step go on, whoever has stopped it.
-- $1 organization_id  text
-- $2 step             ledger.step
-- $3 reason           text
-- $4 acting           jsonb        who
select 1 as done from ledger.resume_step($1, $2, $3, null, $4)
