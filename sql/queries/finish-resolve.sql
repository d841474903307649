-- finish-resolve: what came of it. Null: it is so, and work goes on.
-- $1 worker   text
-- $2 task_id  bigint
-- $3 error    text    why not
update ledger.task
set state = case when $3::text is null then 'completed' else 'failed' end, done = case when $3 is null then 1 else 0 end,
  failed = case when $3 is null then 0 else 1 end, finished_at = now(), lease_holder = null, lease_until = null,
  errors = case when $3 is null then '[]' else jsonb_build_array(jsonb_build_object('notificationId', request -> 'notificationId', 'message', $3)) end
where task_id = $2 and state = 'running' and lease_holder = $1
