-- pause: no claims of this step, by any worker, until the time has passed. One that follows at once prolongs the last.
-- $1 organization_id  text
-- $2 step             ledger.step
-- $3 lasting          interval     for how long
-- $4 code             text
-- $5 message          text
-- $6 worker           text
insert into ledger.pause as p (organization_id, step, until, code, message, worker)
values ($1, $2, now() + $3, $4, $5, $6)
on conflict (organization_id, step) do update
set until = greatest(p.until, excluded.until), code = excluded.code, message = excluded.message, worker = excluded.worker,
  since = case when p.until > excluded.since - interval '1 minute' then p.since else excluded.since end
