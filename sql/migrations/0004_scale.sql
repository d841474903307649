-- Up Migration
-- For a ledger with many millions of rows that ended long ago: whoever reads it must not pay for them.

-- Which organizations there are, a probe of the index each. What has no organization to ask for is asked of each of
-- them: before PostgreSQL 18 no index that starts with organization_id serves without one.
create view ledger.organizations as
with recursive found as (
  (select n.organization_id from ledger.notification n order by n.organization_id limit 1)
  union all
  select (select n.organization_id from ledger.notification n
    where n.organization_id > f.organization_id order by n.organization_id limit 1)
  from found f where f.organization_id is not null
)
select organization_id from found where organization_id is not null;

do $$
begin
  if exists (select from pg_roles where rolname = 'ledger_reader') then
    grant select on ledger.organizations to ledger_reader;
  end if;
end
$$;

create or replace view ledger.throughput as
select h.minute, sum(h.received)::bigint as received, sum(h.completed)::bigint as completed, sum(h.dead)::bigint as dead
from ledger.organizations o
cross join lateral (
  select date_trunc('minute', n.received_at) as minute, 1 as received, 0 as completed, 0 as dead
  from ledger.notification n
  where n.organization_id = o.organization_id and n.received_at > now() - interval '1 day'
  union all
  select date_trunc('minute', n.finalized_at), 0, (n.state = 'completed')::integer, (n.state = 'dead')::integer
  from ledger.notification n
  where n.organization_id = o.organization_id and n.finalized_at > now() - interval '1 day'
) as h
group by h.minute;
