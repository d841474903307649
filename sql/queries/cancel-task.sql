-- cancel-task: end a task; what it has done stays done.
-- $1 task_id  bigint
-- $2 acting   jsonb   who
select ledger.cancel_task($1, $2) as state
