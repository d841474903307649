-- pause: no claims of this step, by any worker, until the time has passed. One that follows at once prolongs the last.
-- $1 step     ledger.step
-- $2 lasting  interval     for how long
-- $3 code     text
-- $4 message  text
-- $5 worker   text
insert into ledger.pause as p (step, until, code, message, worker)
values ($1, now() + $2, $3, $4, $5)
on conflict (step) do update
set until = greatest(p.until, excluded.until), code = excluded.code, message = excluded.message, worker = excluded.worker,
  since = case when p.until > now() - interval '1 minute' then p.since else excluded.since end
