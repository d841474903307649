-- claim: lease up to $4 due notifications of one step to one worker, in order of arrival; of several that wait for
-- one record the newest is taken and the older ones are superseded by it. Nothing while the step is paused.
-- The snapshot is the order as callback read it; for callback itself as it was when it became a dead letter, if it did:
-- whether it has changed since tells a mended order from the echo of our report.
-- Asked so that no plan can read all that waits, all that is dead or all that was replayed for each row: one that was
-- made while there was none of it would. A row that is not final and has no lease is pending.
-- A concurrent claim of the same record breaks one_working_per_record (or one_provisioning_per_client): claim again.
-- $1 organization_id  text
-- $2 step             ledger.step
-- $3 worker           text
-- $4 most             integer      at most this many
-- $5 lease            interval     how long the lease lasts
with due as (
  select n.organization_id, n.notification_id, n.record_id, n.whmcs_client_id, n.received_at, n.next_attempt_at
  from ledger.notification n
  where n.organization_id = $1 and n.state = 'pending' and n.step = $2 and n.next_attempt_at <= now()
    and not exists (select from ledger.pause p where p.step = $2 and p.until > now())
    and (select w.lease_no from ledger.notification w where w.state = 'working'
      and w.organization_id = n.organization_id and w.record_id = n.record_id) is null
    and ($2 <> 'provision' or (select w.lease_no from ledger.notification w where w.state = 'working' and w.step = 'provision'
      and w.organization_id = n.organization_id and w.whmcs_client_id = n.whmcs_client_id) is null)
  order by n.next_attempt_at
  limit $4::integer
  for update of n skip locked
), newest as (
  select distinct on (organization_id, record_id) *
  from due order by organization_id, record_id, received_at desc, notification_id desc
), chosen as (
  select distinct on (organization_id, case when $2 = 'provision' then whmcs_client_id else record_id end) *
  from newest
  order by organization_id, case when $2 = 'provision' then whmcs_client_id else record_id end, next_attempt_at, notification_id
), older as (
  select n.organization_id, n.notification_id, c.notification_id as superseded_by
  from chosen c
  join ledger.notification n on n.organization_id = c.organization_id and n.record_id = c.record_id and n.finalized_at is null and n.lease_holder is null
    and (n.received_at, n.notification_id) < (c.received_at, c.notification_id)
  for update of n skip locked
), superseded as (
  update ledger.notification n
  set state = 'superseded', superseded_by = o.superseded_by, finalized_at = now(), next_attempt_at = null
  from older o
  where n.organization_id = o.organization_id and n.notification_id = o.notification_id
), claimed as (
  update ledger.notification n
  set state = 'working', lease_holder = $3, lease_no = n.lease_no + 1, leased_at = now(), lease_until = now() + $5
  from chosen c
  where n.organization_id = c.organization_id and n.notification_id = c.notification_id
  returning n.organization_id, n.notification_id, n.lease_no, n.record_type, n.record_id, n.attempts, n.received_at,
    n.whmcs_order_id, n.failed_step, n.error_code, n.error_message, n.message_id, n.fields <> '{}' as has_data
)
select c.organization_id, c.notification_id, c.lease_no, c.record_type, c.record_id, c.attempts, c.received_at,
  c.has_data, c.whmcs_order_id, c.failed_step, c.error_code, c.error_message,
  case when $2 <> 'provision' then m.session end as session,
  (select count(*) from ledger.replayed r where r.organization_id = c.organization_id and r.notification_id = c.notification_id) > 0 as replayed,
  s.content as snapshot, (extract(epoch from now() - s.taken_at) * 1000)::double precision as snapshot_age_ms,
  p.state as provisioning, p.whmcs_order_id as provisioned_order_id, p.service_ids
from claimed c
left join ledger.message m on m.organization_id = c.organization_id and m.message_id = c.message_id
left join ledger.snapshot s on s.organization_id = c.organization_id and s.record_id = c.record_id
  and ($2 = 'provision' or $2 = 'callback' and 'dead' = (select d.state from ledger.notification d
    where d.organization_id = s.organization_id and d.notification_id = s.notification_id))
left join ledger.provisioning p on p.organization_id = c.organization_id and p.order_id = c.record_id
order by c.received_at, c.notification_id
