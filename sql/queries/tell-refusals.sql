-- tell-refusals: events of requests that were refused, where a webhook wants them.
-- $1 organization_id  text[]  empty: nobody can tell whose it was
-- $2 subject          text[]
-- $3 data             text[]  JSON
insert into ledger.event (organization_id, type, subject, data)
select g.organization_id, 'security.refused', g.subject, g.data::jsonb
from unnest($1::text[], $2::text[], $3::text[]) as g (organization_id, subject, data)
where 'security.refused' = any (array(select unnest(w.types) from ledger.webhook w where w.state = 'active'))
