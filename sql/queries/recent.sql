-- recent: how many notifications came in and how they ended in the last hour.
select count(*) filter (where h.kind = 'received')::integer as received,
  count(*) filter (where h.kind = 'completed')::integer as completed,
  count(*) filter (where h.kind = 'ignored')::integer as ignored,
  count(*) filter (where h.kind = 'superseded')::integer as superseded,
  count(*) filter (where h.kind = 'dead')::integer as dead
from ledger.organizations g
cross join lateral (
  select 'received' as kind from ledger.notification n
  where n.organization_id = g.organization_id and n.received_at > now() - interval '1 hour'
  union all
  select o.state::text from ledger.outcome o
  where o.organization_id = g.organization_id and o.finalized_at > now() - interval '1 hour'
) as h
