-- enter-mapping: this mapping is in force from now on, unless it is already. Of each organization a hundred are kept.
-- $1 organization_id  text
-- $2 hash             text
-- $3 content          jsonb
-- $4 worker           text
with newest as (
  select m.since, m.hash from ledger.mapping m where m.organization_id = $1 order by m.since desc limit 1
), entered as (
  insert into ledger.mapping (organization_id, hash, content, worker)
  select $1, $2, $3, $4
  where not exists (select from newest n where n.hash = $2)
  returning since
), old as (
  delete from ledger.mapping m
  where m.organization_id = $1
    and m.since < (select o.since from ledger.mapping o where o.organization_id = $1 order by o.since desc offset 98 limit 1)
)
select coalesce((select e.since from entered e), (select n.since from newest n)) as since
