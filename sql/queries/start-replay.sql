-- start-replay: replay all that fit a filter, in the background.
-- $1 filter    jsonb            names and values as in the API
-- $2 reason    text
-- $3 acting    jsonb            who
-- $4 priority  ledger.priority
select ledger.start_replay($1, $2, $3, $4) as task_id
