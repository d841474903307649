-- current-pause: the pause of a step. Also one whose time is over, until the step is resumed: its worker probes first.
-- $1 step  ledger.step
select code, message, since, extract(epoch from until - now())::double precision as seconds_left
from ledger.pause
where step = $1
