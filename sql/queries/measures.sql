-- measures: what alerts are about, as the ledger knows it: of each kind what there is, however much or little. `value` is what
-- is compared, `amount` what it is a part of. Of orders that ended the last 5,000 of an organisation are looked at.
-- $1 lookback     interval   how far back things are counted
-- $2 size_wanted  boolean    whether the size of the database is
-- $3 soon         interval   tokens that expire before that
select 'failure_rate' as kind, g.organization_id, '' as subject, h.failed::double precision / h.ended as value,
  h.ended::double precision as amount, h.failed || ' of ' || h.ended as words
from ledger.organizations g
cross join lateral (
  select count(*) as ended, count(*) filter (where o.state = 'dead') as failed
  from (
    select o.state from ledger.outcome o
    where o.organization_id = g.organization_id and o.finalized_at > now() - $1::interval
      and (o.state = 'dead' or o.state = 'completed' and o.step = 'write_back')
    order by o.finalized_at desc
    limit 5000
  ) as o
) as h
where h.ended > 0
union all
select 'stage_paused', p.organization_id, p.step::text, extract(epoch from now() - p.since)::double precision, null,
  p.code || ': ' || p.message
from ledger.pause p
where p.until > now() - interval '1 minute'
union all
select 'oldest_waiting', w.organization_id, '', extract(epoch from now() - min(w.received_at))::double precision, count(*)::double precision, null
from ledger.work w
group by w.organization_id
union all
select 'dead_letters', o.organization_id, '', count(*)::double precision, null, null
from ledger.outcome o
where o.state = 'dead'
group by o.organization_id
union all
select 'security_burst', '', '', sum(t.seen)::double precision, null, string_agg(t.detail || ' ' || t.seen, ', ' order by t.seen desc, t.detail)
from (select t.detail, sum(t.seen) as seen from ledger.tally t
  where t.kind = 'security' and t.minute >= date_trunc('minute', now()) - interval '1 minute' group by t.detail) as t
having sum(t.seen) > 0
union all
select t.kind, t.organization_id, '', sum(t.seen)::double precision, null, string_agg(t.detail || ' ' || t.seen, ', ' order by t.seen desc, t.detail)
from (select t.kind, t.organization_id, t.detail, sum(t.seen) as seen from ledger.tally t
  where t.kind in ('messages_refused', 'sweep_found') and t.minute >= date_trunc('minute', now()) - $1 group by 1, 2, 3) as t
group by t.kind, t.organization_id
union all
select r.kind, r.organization_id, r.subject, case r.kind when 'certificate_expiry' then r.value - extract(epoch from now())::double precision
  when 'no_worker' then extract(epoch from now() - r.read_at)::double precision else r.value end,
  r.most, null
from ledger.reading r
where r.read_at > now() - interval '1 day' or r.kind = 'no_worker'
union all
select 'subscription_down', s.organization_id, s.topic, extract(epoch from now() - s.since)::double precision, null,
  s.state || coalesce(', ' || s.error_code || ': ' || s.error_message, '')
from ledger.subscriptions s
where s.state not in ('subscribed', 'unattended')
union all
select 'event_position_lost', s.organization_id, s.topic, 1, null, null
from ledger.subscription s
where s.lost_at > now() - $1
union all
select 'certificate_expiry', '', 'token ' || k.name, extract(epoch from k.expires_at - now())::double precision, null, null
from ledger.token k
where k.revoked_at is null and k.successor_id is null and k.expires_at > now() and k.expires_at < now() + $3
union all
select 'ledger_full', '', '', pg_database_size(current_database())::double precision, null, null
where $2
