-- invariants: no row when all is well. As the owner of the ledger: it reads the tables. Constraints hold most of it; this
-- finds what a constraint can't say, and what came about while one was missing. It reads everything: not every minute.
select 'two_working_for_one_record' as broken, n.organization_id, n.record_id as id, count(*)::text as detail
from ledger.notification n where n.state = 'working'
group by n.organization_id, n.record_id having count(*) > 1
union all
select 'two_provisioning_for_one_client', n.organization_id, n.whmcs_client_id, count(*)::text
from ledger.notification n where n.state = 'working' and n.step = 'provision' and n.whmcs_client_id is not null
group by n.organization_id, n.whmcs_client_id having count(*) > 1
union all
-- Completed at callback: Salesforce said that it was provisioned already.
select 'completed_without_accepted_order', n.organization_id, n.notification_id, coalesce(p.state::text, 'no provisioning')
from ledger.notification n
left join ledger.provisioning p on p.organization_id = n.organization_id and p.order_id = n.record_id
where n.state = 'completed' and n.step <> 'callback' and p.state is distinct from 'accepted'
union all
select 'whmcs_order_differs', n.organization_id, n.notification_id, format('%s here, %s in provisioning', n.whmcs_order_id, p.whmcs_order_id)
from ledger.notification n
join ledger.provisioning p on p.organization_id = n.organization_id and p.order_id = n.record_id
where n.state = 'completed' and n.step <> 'callback' and n.whmcs_order_id is distinct from p.whmcs_order_id
union all
select 'accepted_without_whmcs_order', p.organization_id, p.order_id, p.state::text
from ledger.provisioning p where p.state = 'accepted' and p.whmcs_order_id is null
union all
-- Half in WHMCS, and neither a worker nor a person will come to it.
select 'provisioning_abandoned', p.organization_id, p.order_id, p.state::text
from ledger.provisioning p
where p.state in ('sending', 'added') and not exists (select from ledger.notification n
  where n.organization_id = p.organization_id and n.record_id = p.order_id and n.state in ('pending', 'working', 'dead'))
union all
-- Upkeep sweeps sessions about every minute (twice LEASE_SECONDS).
select 'session_kept', m.organization_id, m.message_id::text, max(n.finalized_at)::text
from ledger.message m
join ledger.notification n on n.organization_id = m.organization_id and n.message_id = m.message_id
where m.session is not null
group by m.organization_id, m.message_id
having bool_and(n.finalized_at is not null) and max(n.finalized_at) < now() - interval '15 minutes'
union all
select 'attempt_above_lease', a.organization_id, a.notification_id, format('attempt %s, lease %s', max(a.attempt_no), n.lease_no)
from ledger.attempt a
join ledger.notification n on n.organization_id = a.organization_id and n.notification_id = a.notification_id
where a.attempt_no > n.lease_no
group by a.organization_id, a.notification_id, n.lease_no
union all
select 'attempt_without_notification', a.organization_id, a.notification_id, a.attempt_no::text
from ledger.attempt a where not exists (select from ledger.notification n
  where n.organization_id = a.organization_id and n.notification_id = a.notification_id)
union all
select 'replayed_without_notification', r.organization_id, r.notification_id, r.replay_no::text
from ledger.replayed r where not exists (select from ledger.notification n
  where n.organization_id = r.organization_id and n.notification_id = r.notification_id)
union all
select 'superseded_by_nothing', n.organization_id, n.notification_id, n.superseded_by
from ledger.notification n where n.state = 'superseded' and not exists (select from ledger.notification s
  where s.organization_id = n.organization_id and s.notification_id = n.superseded_by and s.record_id = n.record_id)
union all
select 'lease_expired_long_ago', n.organization_id, n.notification_id, format('%s, until %s', n.lease_holder, n.lease_until)
from ledger.notification n where n.state = 'working' and n.lease_until < now() - interval '5 minutes'
union all
select 'dead_without_reason', n.organization_id, n.notification_id, n.step::text
from ledger.notification n where n.state = 'dead' and n.error_code is null
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
