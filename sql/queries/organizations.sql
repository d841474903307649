-- organizations: those that have final notifications, and the empty one, of acts that are about none. A step through the index for each, however many rows they have.
with recursive found as (
  (select o.organization_id from ledger.outcome o where o.finalized_at > '-infinity' order by o.organization_id, o.finalized_at limit 1)
  union all
  select (select o.organization_id from ledger.outcome o
    where o.organization_id > f.organization_id and o.finalized_at > '-infinity' order by o.organization_id, o.finalized_at limit 1)
  from found f where f.organization_id is not null
)
select organization_id from found where organization_id is not null
union all
select ''
