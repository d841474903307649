-- resume: the step works again, and webhooks are told so. The pause of a person stays.
-- $1 organization_id  text
-- $2 step             ledger.step
with resumed as (
  delete from ledger.pause p where p.organization_id = $1 and p.step = $2 and not p.by_person
  returning p.organization_id, p.step, p.code, p.message, p.since
)
insert into ledger.event (organization_id, type, subject, data)
select r.organization_id, 'stage.resumed', r.step::text, jsonb_build_object('organizationId', r.organization_id, 'step', r.step,
  'code', r.code, 'message', r.message, 'since', to_char(r.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
from resumed r
where 'stage.resumed' = any (array(select unnest(w.types) from ledger.webhook w where w.state = 'active'))
