-- retire-events: remove events that nobody could read and that are old, and subscriptions that nobody has had for so long
-- that their position is worth nothing.
-- $1 organization_id  text
-- $2 kept_for         interval
with events as (
  delete from ledger.undecodable_event e
  where e.organization_id = $1 and e.received_at < now() - $2::interval
  returning e.topic
), subscriptions as (
  delete from ledger.subscription s
  where s.organization_id = $1 and greatest(s.lease_until, s.position_at, s.since) < now() - greatest($2::interval, interval '30 days')
  returning s.topic
)
select (select count(*)::integer from events) as events, (select count(*)::integer from subscriptions) as subscriptions
