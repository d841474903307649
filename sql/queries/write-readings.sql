-- write-readings: the last values of what only a process can read.
-- $1 organization_id  text[]
-- $2 kind             text[]
-- $3 subject          text[]
-- $4 value            double precision[]
-- $5 most             double precision[]
insert into ledger.reading as r (organization_id, kind, subject, value, most)
select g.organization_id, g.kind, g.subject, g.value, g.most
from unnest($1::text[], $2::text[], $3::text[], $4::double precision[], $5::double precision[]) as g (organization_id, kind, subject, value, most)
order by g.organization_id, g.kind, g.subject
on conflict (organization_id, kind, subject) do update set value = excluded.value, most = excluded.most, read_at = now()
