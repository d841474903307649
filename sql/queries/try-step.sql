-- try-step: let a step that stands still probe at once.
-- $1 organization_id  text
-- $2 step             ledger.step
-- $3 reason           text
-- $4 acting           jsonb        who
select 1 as done from ledger.try_step($1, $2, $3, null, $4)
