-- current-pause: the pause of a step, of several the longest. Also one whose time is over, until the step is resumed: its
-- worker probes first. One of a person is over when its time is.
-- $1 organization_id  text
-- $2 step             ledger.step
select code, message, since,
  extract(epoch from least(until, now() + interval '1 day') - now())::double precision as seconds_left
from ledger.pause
where organization_id = $1 and step = $2 and (not by_person or until > now())
order by until desc
limit 1
