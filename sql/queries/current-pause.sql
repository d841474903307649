-- current-pause: the pause of a step that is in force.
-- $1 step  ledger.step
select code, message, since, extract(epoch from until - now())::double precision as seconds_left
from ledger.pause
where step = $1 and until > now()
