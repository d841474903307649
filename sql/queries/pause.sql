-- pause: no claims of this step, by any worker, until the time has passed. One that follows at once prolongs the last.
-- Webhooks are told of the first.
-- $1 organization_id  text
-- $2 step             ledger.step
-- $3 lasting          interval     for how long
-- $4 code             text
-- $5 message          text
-- $6 worker           text
with paused as (
  insert into ledger.pause as p (organization_id, step, until, code, message, worker)
  values ($1, $2, now() + $3, $4, $5, $6)
  on conflict (organization_id, step, by_person) do update
  set until = greatest(p.until, excluded.until), code = excluded.code, message = excluded.message, worker = excluded.worker,
    since = case when p.until > excluded.since - interval '1 minute' then p.since else excluded.since end
  returning p.organization_id, p.step, p.code, p.message, p.until, p.since = now() as began
)
insert into ledger.event (organization_id, type, subject, data)
select p.organization_id, 'stage.paused', p.step::text, jsonb_build_object('organizationId', p.organization_id, 'step', p.step,
  'code', p.code, 'message', p.message, 'until', to_char(p.until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
from paused p
where p.began and 'stage.paused' = any (array(select unnest(w.types) from ledger.webhook w where w.state = 'active'))
