-- retire: remove up to 500 notifications of one organisation that are final and old, the oldest first, with their
-- attempts and replays, the messages of which nothing is left, and the snapshots of records that nothing names any more.
-- A replay that is on its way is passed by, one that has just been made is seen: the row is locked, and then judged again.
-- A dead letter whose order is half in WHMCS stays: without it nobody would come to that order again.
-- Provisionings stay: exactly-once stands on them. The limit is no parameter, so that a generic plan knows it.
-- Each part asks for the organisation by itself: so it is one shard's statement where the tables are distributed.
-- $1 organization_id  text
-- $2 kept_for         interval     what was final before this is old
-- $3 since            timestamptz  final at this time or later: where the batch before ended, null: from the oldest. Without it each
--                 batch would read again over what those before it have removed
with old as materialized (
  select n.notification_id, n.record_id, n.message_id, n.finalized_at
  from ledger.notification n
  where n.organization_id = $1 and n.finalized_at < now() - $2::interval
    and n.finalized_at >= coalesce($3, '-infinity'::timestamptz)
    and (n.state <> 'dead' or coalesce((select p.state not in ('sending', 'added') from ledger.provisioning p
      where p.organization_id = $1 and p.order_id = n.record_id), true))
  order by n.finalized_at
  limit 500
  for update of n skip locked
), removed as (
  delete from ledger.notification n using old o
  where n.organization_id = $1 and n.notification_id = o.notification_id
), attempts as (
  delete from ledger.attempt a
  where a.organization_id = $1 and a.notification_id = any (array(select o.notification_id from old o))
  returning a.attempt_no
), replays as (
  delete from ledger.replayed r
  where r.organization_id = $1 and r.notification_id = any (array(select o.notification_id from old o))
  returning r.replay_no
), emptied as materialized (
  select g.message_id
  from (select o.message_id, count(*) as gone from old o group by o.message_id) as g
  where g.gone = (select count(*) from ledger.notification n where n.organization_id = $1 and n.message_id = g.message_id)
), messages as (
  delete from ledger.message m using emptied e
  where m.organization_id = $1 and m.message_id = e.message_id
  returning m.message_id
), nameless as materialized (
  select g.record_id
  from (select o.record_id, count(*) as gone from old o group by o.record_id) as g
  where g.gone = (select count(*) from ledger.notification n where n.organization_id = $1 and n.record_id = g.record_id)
), snapshots as (
  delete from ledger.snapshot s using nameless e
  where s.organization_id = $1 and s.record_id = e.record_id and s.taken_at < now() - $2::interval
  returning s.record_id
)
select (select count(*)::integer from old) as notifications, (select count(*)::integer from attempts) as attempts,
  (select count(*)::integer from replays) as replays, (select count(*)::integer from messages) as messages,
  (select count(*)::integer from snapshots) as snapshots, (select max(finalized_at) from old) as until
