-- write-tallies: what a process has seen since it wrote last. In the order of the keys, as several processes write at once.
-- $1 organization_id  text[]
-- $2 kind             text[]
-- $3 detail           text[]
-- $4 seen             integer[]
insert into ledger.tally as t (organization_id, kind, detail, minute, seen)
select g.organization_id, g.kind, g.detail, date_trunc('minute', now()), g.seen
from unnest($1::text[], $2::text[], $3::text[], $4::integer[]) as g (organization_id, kind, detail, seen)
order by g.organization_id, g.kind, g.detail
on conflict (organization_id, kind, detail, minute) do update set seen = t.seen + excluded.seen
