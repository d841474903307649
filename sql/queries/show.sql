-- show: one notification, all that may be shown of it; by its own id or the record's: then its dead
-- letter, else the newest.
-- Planned for its values, so that it is planned for the tables as they are.
-- $1 organization_id  text  null: any
-- $2 id               text  notification id or record id
select n.organization_id, n.notification_id, v.source, v.record_type, nullif(v.record_id, '') as record_id, v.order_number, v.account_name,
  v.state::text as state, v.step::text as step, v.priority::text as priority, v.attempts, v.error_code, v.error_message,
  v.whmcs_order_id, v.received_at, v.next_attempt_at, v.finalized_at, m.action_id, v.superseded_by, v.lease_holder, v.lease_until,
  n.fields, m.has_session, p.state::text as provisioning, p.whmcs_client_id, p.sends, p.looks, p.adopted, p.service_ids, p.request
from ledger.organizations g
cross join lateral (
  select f.*
  from (
    (select i.* from ledger.notification i
      where i.organization_id = g.organization_id and i.notification_id = $2 order by i.received_at desc limit 1)
    union all
    (select i.*
      from ledger.outcome o
      join ledger.notification i on i.organization_id = o.organization_id and i.notification_id = o.notification_id and i.record_id = o.record_id
      where o.organization_id = g.organization_id and o.record_id = $2 and o.state = 'dead'
      order by i.received_at desc, i.notification_id desc limit 1)
    union all
    (select i.* from ledger.notification i
      where i.organization_id = g.organization_id and i.record_id = $2 order by i.received_at desc, i.notification_id desc limit 1)
  ) as f
  limit 1
) as n
cross join lateral (
  select v.* from ledger.overview v
  where v.organization_id = n.organization_id and v.notification_id = n.notification_id and v.record_id = n.record_id
  offset 0
) as v
join ledger.message m on m.organization_id = n.organization_id and m.message_id = n.message_id
left join ledger.provisioning p on p.organization_id = n.organization_id and p.order_id = n.record_id
where $1::text is null or g.organization_id = $1
order by n.received_at desc, n.notification_id desc
limit 1
