-- tasks: replays of many and resolves, the newest first.
-- $1 most     integer  at most this many
-- $2 before   bigint   with a smaller number, null: from the newest
-- $3 task_id  bigint   that one, null: any
select t.task_id, t.kind, t.priority::text as priority, t.state, t.total, t.done, t.skipped, t.failed, t.reason, t.requested_by, t.created_at,
  t.finished_at, t.errors
from ledger.tasks t
where ($2::bigint is null or t.task_id < $2) and ($3::bigint is null or t.task_id = $3)
order by t.task_id desc
limit $1::integer
