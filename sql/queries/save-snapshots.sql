-- save-snapshots: keep the orders as callback read them.
-- $1 text[]   organization_id
-- $2 text[]   record_id
-- $3 jsonb[]  content
insert into ledger.snapshot as s (organization_id, record_id, content)
select * from unnest($1::text[], $2::text[], $3::jsonb[])
on conflict (organization_id, record_id) do update set content = excluded.content, taken_at = now()
