-- save-snapshots: keep the orders as callback read them, and the names of their accounts, for the leases that this worker still holds: what a worker read
-- that has lost its lease may be older than what is there.
-- $1 worker           text
-- $2 organization_id  text[]
-- $3 record_id        text[]
-- $4 notification_id  text[]
-- $5 lease_no         integer[]
-- $6 content          jsonb[]
with saved as (
  insert into ledger.snapshot as s (organization_id, record_id, notification_id, content)
  select g.organization_id, g.record_id, g.notification_id, g.content
  from unnest($2::text[], $3::text[], $4::text[], $5::integer[], $6::jsonb[]) as g (organization_id, record_id, notification_id, lease_no, content)
  cross join lateral (
    select 1
    from ledger.work w
    where w.organization_id = g.organization_id and w.record_id = g.record_id and w.notification_id = g.notification_id
      and w.lease_holder = $1 and w.lease_no = g.lease_no
    offset 0
  ) as held
  on conflict (organization_id, record_id) do update
  set notification_id = excluded.notification_id, content = excluded.content, taken_at = now()
  returning s.organization_id, ledger.folded(s.account_name) as account
)
insert into ledger.account_name (organization_id, name)
select distinct s.organization_id, s.account
from saved s
where s.account is not null
  and not exists (select from ledger.account_name a where a.organization_id = s.organization_id and a.name = s.account)
order by 1, 2
on conflict do nothing
