-- invariants: no row when all is well. As the owner of the ledger: it reads the tables. Constraints hold most of it; this
-- finds what a constraint can't say, and what came about while one was missing. It reads everything: not every minute.
with open as (
  select w.organization_id, w.notification_id, w.record_id from ledger.work w
  union all
  select w.organization_id, w.next_notification_id, w.record_id from ledger.work w where w.next_notification_id is not null
)
-- What arrived is open or has ended, and never both.
select 'notification_lost' as broken, n.organization_id, n.notification_id as id, n.record_id as detail
from ledger.notification n
where not exists (select from open w where w.organization_id = n.organization_id and w.notification_id = n.notification_id and w.record_id = n.record_id)
  and not exists (select from ledger.outcome o where o.organization_id = n.organization_id and o.notification_id = n.notification_id
    and o.record_id = n.record_id)
union all
select 'open_and_final', o.organization_id, o.notification_id, o.state::text
from ledger.outcome o
join open w on w.organization_id = o.organization_id and w.notification_id = o.notification_id and w.record_id = o.record_id
union all
select 'work_without_notification', w.organization_id, w.notification_id, w.record_id
from open w where not exists (select from ledger.notification n
  where n.organization_id = w.organization_id and n.notification_id = w.notification_id and n.record_id = w.record_id)
union all
select 'outcome_without_notification', o.organization_id, o.notification_id, o.record_id
from ledger.outcome o where not exists (select from ledger.notification n
  where n.organization_id = o.organization_id and n.notification_id = o.notification_id and n.record_id = o.record_id)
union all
-- WHMCS sees one order of a client at a time: whoever provisions has the client, and nobody else.
select 'provisioning_without_client', w.organization_id, w.record_id, w.whmcs_client_id
from ledger.work w where w.step = 'provision' and w.lease_until is not null and not exists (select from ledger.client_lease l
  where l.organization_id = w.organization_id and l.whmcs_client_id = w.whmcs_client_id and l.record_id = w.record_id)
union all
select 'client_held_by_nobody', l.organization_id, l.whmcs_client_id, l.record_id
from ledger.client_lease l where not exists (select from ledger.work w
  where w.organization_id = l.organization_id and w.record_id = l.record_id and w.step = 'provision' and w.lease_until is not null
    and w.whmcs_client_id = l.whmcs_client_id)
union all
-- Completed at callback: Salesforce said that it was provisioned already. One that was cancelled need not have been accepted.
select 'completed_without_accepted_order', o.organization_id, o.notification_id, coalesce(p.state::text, 'no provisioning')
from ledger.outcome o
left join ledger.provisioning p on p.organization_id = o.organization_id and p.order_id = o.record_id
where o.state = 'completed' and o.step <> 'callback' and p.state is distinct from 'accepted' and p.cancelled_at is null
union all
select 'whmcs_order_differs', o.organization_id, o.notification_id, format('%s here, %s in provisioning', o.whmcs_order_id, p.whmcs_order_id)
from ledger.outcome o
join ledger.provisioning p on p.organization_id = o.organization_id and p.order_id = o.record_id
where o.state = 'completed' and o.step <> 'callback' and o.whmcs_order_id is distinct from p.whmcs_order_id
union all
select 'accepted_without_whmcs_order', p.organization_id, p.order_id, p.state::text
from ledger.provisioning p where p.state = 'accepted' and p.whmcs_order_id is null
union all
-- Half in WHMCS, and neither a worker nor a person will come to it.
select 'provisioning_abandoned', p.organization_id, p.order_id, p.state::text
from ledger.provisioning p
where p.state in ('sending', 'added') and p.cancelled_at is null
  and not exists (select from ledger.work w where w.organization_id = p.organization_id and w.record_id = p.order_id)
  and not exists (select from ledger.notification n
    join ledger.outcome o on o.organization_id = n.organization_id and o.notification_id = n.notification_id and o.record_id = n.record_id
    where n.organization_id = p.organization_id and n.record_id = p.order_id and o.state in ('dead', 'dismissed'))
union all
-- Upkeep sweeps sessions about every minute (twice LEASE_SECONDS).
select 'session_kept', m.organization_id, m.message_id::text, max(o.finalized_at)::text
from ledger.message m
join ledger.notification n on n.organization_id = m.organization_id and n.message_id = m.message_id
left join ledger.outcome o on o.organization_id = n.organization_id and o.notification_id = n.notification_id and o.record_id = n.record_id
where m.session is not null
group by m.organization_id, m.message_id
having bool_and(o.finalized_at is not null) and max(o.finalized_at) < now() - interval '15 minutes'
union all
select 'attempt_above_lease', w.organization_id, w.notification_id, format('attempt %s, lease %s', max(a.attempt_no), w.lease_no)
from ledger.work w
join ledger.attempt a on a.organization_id = w.organization_id and a.notification_id = w.notification_id and a.record_id = w.record_id
where a.attempt_no > w.lease_no
group by w.organization_id, w.notification_id, w.lease_no
union all
select 'attempt_without_notification', a.organization_id, a.notification_id, a.attempt_no::text
from ledger.attempt a where not exists (select from ledger.notification n
  where n.organization_id = a.organization_id and n.notification_id = a.notification_id and n.record_id = a.record_id)
union all
select 'superseded_by_nothing', o.organization_id, o.notification_id, o.superseded_by
from ledger.outcome o where o.state = 'superseded' and not exists (select from ledger.notification n
  where n.organization_id = o.organization_id and n.notification_id = o.superseded_by and n.record_id = o.record_id)
union all
select 'lease_expired_long_ago', w.organization_id, w.notification_id, format('%s, until %s', w.lease_holder, w.lease_until)
from ledger.work w where w.lease_until < now() - interval '5 minutes'
union all
select 'notification_without_message', n.organization_id, n.notification_id, n.message_id::text
from ledger.notification n where not exists (select from ledger.message m
  where m.organization_id = n.organization_id and m.message_id = n.message_id)
union all
select 'message_without_notification', m.organization_id, m.message_id::text, m.received_at::text
from ledger.message m where not exists (select from ledger.notification n
  where n.organization_id = m.organization_id and n.message_id = m.message_id)
union all
select 'constraint_not_valid', '', k.conname, k.conrelid::regclass::text
from pg_constraint k where k.connamespace = 'ledger'::regnamespace and not k.convalidated
order by broken, organization_id, id;
