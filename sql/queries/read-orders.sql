-- read-orders: which of these records callback has read before.
-- $1 organization_id  text[]
-- $2 record_id        text[]
select s.record_id
from unnest($1::text[], $2::text[]) as g (organization_id, record_id)
join ledger.snapshot s on s.organization_id = g.organization_id and s.record_id = g.record_id
