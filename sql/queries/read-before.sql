-- read-before: how many of the orders that callback would read next have been read before, and have grown old since.
-- $1 organization_id  text
-- $2 most             integer      look at so many of them
select count(*) filter (where d.whmcs_client_id is not null)::integer as orders
from (
  select n.whmcs_client_id
  from ledger.notification n
  where n.organization_id = $1 and n.state = 'pending' and n.step = 'callback' and n.next_attempt_at <= now()
  order by n.next_attempt_at
  limit $2::integer
) as d
