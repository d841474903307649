-- pauses: the steps that stand still, and why. One whose time has passed holds nobody up: its worker may have ended
-- before it could end it.
select organization_id, step::text as step, code, message, worker, since, by_person, nullif(until, 'infinity') as until,
  case when until <> 'infinity' then extract(epoch from until - now()) end::double precision as seconds_left
from ledger.pause
where until > now()
order by organization_id, step, ledger.pause.until desc
