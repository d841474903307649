-- backlog: how many notifications wait at a step, counted no further than $2.
-- $1 ledger.step  step
-- $2 integer      count no further than this
select count(*)::integer as waiting
from (select from ledger.notification where state = 'pending' and step = $1 limit $2::integer) as w
