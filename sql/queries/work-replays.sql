-- work-replays: replay the next few of the first task, or of that one. Null: there is nothing to do.
-- $1 most     integer
-- $2 task_id  bigint   null: the first
select ledger.work_replays($1, $2) as task_id
