-- settle-deliveries: what came of deliveries that this worker still holds. A webhook is failing while nothing arrives; it
-- is disabled when its address is gone, and when it has been failing for too long.
-- Its commit does not wait for the disk; see claim-deliveries.
-- $1  worker           text
-- $2  organization_id  text[]
-- $3  webhook_id       text[]
-- $4  event_no         bigint[]
-- $5  lease_no         integer[]
-- $6  state            text[]
-- $7  delay_ms         double precision[]  until the next try
-- $8  status           integer[]           HTTP status, where there was an answer
-- $9  error            text[]
-- $10 answer           text[]
-- $11 gone             boolean[]           the receiver says that it wants no more
-- $12 patience         interval            how long a webhook may fail
-- $13 rest             interval            between two tries of one that fails
with relaxed as materialized (
  select set_config('synchronous_commit', 'off', true) as commit
), settled as (
  update ledger.delivery d
  set state = g.state, attempts = d.attempts + 1, due_at = now() + coalesce(g.delay_ms, 0) * interval '1 millisecond', status = g.status,
    error = g.error, answer = g.answer, sent_at = now(), lease_holder = null, lease_until = null
  from unnest($2::text[], $3::text[], $4::bigint[], $5::integer[], $6::text[], $7::double precision[], $8::integer[], $9::text[],
      $10::text[], $11::boolean[])
    as g (organization_id, webhook_id, event_no, lease_no, state, delay_ms, status, error, answer, gone)
  where d.organization_id = any (array[g.organization_id]) and d.webhook_id = any (array[g.webhook_id])
    and d.event_no = any (array[g.event_no])
    and d.lease_holder = $1 and d.lease_no = g.lease_no
  returning d.organization_id, d.webhook_id, d.event_no, d.state, g.gone, g.error
), health as (
  select s.webhook_id, bool_or(s.state = 'delivered') as well, bool_or(s.gone) as gone, max(s.error) as error
  from settled s
  group by s.webhook_id
), judged as (
  update ledger.webhook w
  set failing_since = case when not h.well then coalesce(w.failing_since, now()) end,
    retry_at = case when not h.well then now() + $13::interval end,
    state = case when h.gone or not h.well and w.failing_since < now() - $12::interval then 'disabled' else w.state end,
    disabled_reason = case when h.gone then 'the receiver answered 410' when not h.well and w.failing_since < now() - $12::interval
      then 'nothing arrived since ' || to_char(w.failing_since at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC: ' || h.error
      else w.disabled_reason end
  from health h
  where w.webhook_id = h.webhook_id and (not h.well or w.failing_since is not null)
  returning w.webhook_id, w.state, w.disabled_reason
)
select s.webhook_id, s.organization_id, s.event_no, s.state, j.state as webhook_state, j.disabled_reason
from settled s
cross join relaxed
left join judged j on j.webhook_id = s.webhook_id
