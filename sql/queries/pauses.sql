-- pauses: the steps that stand still, and why.
select step::text as step, code, message, worker, since, extract(epoch from until - now())::double precision as seconds_left
from ledger.pause
order by step
