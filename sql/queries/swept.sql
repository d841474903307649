-- swept: how many notifications the sweep recorded within a day, and when it found the last one. By the door of their messages.
select coalesce(sum(s.notifications), 0)::integer as notifications, max(s.last_at) as last_at
from ledger.organizations o
cross join lateral (
  select (select count(*) from ledger.message m
      join ledger.notification n on n.organization_id = m.organization_id and n.message_id = m.message_id
      where m.organization_id = o.organization_id and m.source = 'sweep' and m.received_at > now() - interval '1 day') as notifications,
    (select max(m.received_at) from ledger.message m where m.organization_id = o.organization_id and m.source = 'sweep') as last_at
) as s
