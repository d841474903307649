-- open-by-state: what is open, at which step, for how long, and whether the step stands still.
select i.state, i.step, count(*) as notifications, count(*) filter (where i.error_code is not null) as tried_before,
  date_trunc('second', now() - min(i.received_at)) as oldest,
  p.code as paused_for, p.until as paused_until
from ledger.inbox i
left join ledger.pause p on p.organization_id = i.organization_id and p.step = i.step and p.until > now()
group by i.state, i.step, p.code, p.until
order by i.step, i.state;
