-- organizations: those that have final notifications. A step through the index for each, however many rows they have.
with recursive found as (
  (select n.organization_id from ledger.notification n
    where n.finalized_at is not null order by n.organization_id, n.finalized_at limit 1)
  union all
  select (select n.organization_id from ledger.notification n
    where n.finalized_at is not null and n.organization_id > f.organization_id order by n.organization_id, n.finalized_at limit 1)
  from found f where f.organization_id is not null
)
select organization_id from found where organization_id is not null
