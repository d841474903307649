-- current-pause: the pause of a step. Also one whose time is over, until the step is resumed: its worker probes first.
-- $1 organization_id  text
-- $2 step             ledger.step
select code, message, since, extract(epoch from until - now())::double precision as seconds_left
from ledger.pause
where organization_id = $1 and step = $2
