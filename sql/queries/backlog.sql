-- backlog: how many notifications wait at a step, counted no further than $3.
-- $1 organization_id  text
-- $2 step             ledger.step
-- $3 most             integer      count no further than this
select count(*)::integer as waiting
from (select from ledger.notification where organization_id = $1 and state = 'pending' and step = $2 limit $3::integer) as w
