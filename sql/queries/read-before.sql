-- read-before: how many of the orders that callback would read next have been read before, and have grown old since.
-- $1 organization_id  text
-- $2 most             integer            look at so many of them
-- $3 priority         ledger.priority[]  the classes
-- $4 since            timestamptz[]      of each: nothing in it has been due for longer; see due-bounds
select count(*) filter (where d.whmcs_client_id is not null)::integer as orders
from (
  select w.whmcs_client_id
  from unnest($3::ledger.priority[], $4::timestamptz[]) as class (priority, since)
  cross join lateral (
    select w.whmcs_client_id
    from ledger.work w
    where w.organization_id = $1 and w.step = 'callback' and w.priority = class.priority
      and w.due_at >= class.since and w.due_at <= now() and w.lease_until is null
    order by w.due_at
    limit $2::integer
  ) as w
  limit $2::integer
) as d
