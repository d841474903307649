-- recent-orders: the orders that were completed or given up last.
-- $1 organization_id  text
-- $2 most             integer
select o.record_id
from ledger.outcome o
where o.organization_id = $1 and o.record_id <> '' and o.state in ('completed', 'dead') and o.finalized_at > '-infinity'
order by o.finalized_at desc
limit $2::integer
