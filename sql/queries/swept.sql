-- swept: how many notifications the sweep recorded within a day, and when it found the last one. Its ids begin with swp.
select count(*) filter (where n.received_at > now() - interval '1 day')::integer as notifications, max(n.received_at) as last_at
from ledger.organizations o
join ledger.notification n on n.organization_id = o.organization_id
  and n.notification_id >= 'swp' and n.notification_id < 'swq'
