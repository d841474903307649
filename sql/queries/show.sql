-- show: one notification, all that may be shown of it; by its own id or the record's (then the newest).
-- Planned for its values, so that it is planned for the tables as they are.
-- $1 organization_id  text  null: any
-- $2 id               text  notification id or record id
select n.organization_id, n.notification_id, m.source, m.action_id, n.record_type, n.record_id, n.state::text as state, n.step::text as step,
  n.attempts, n.error_code, n.error_message, n.whmcs_order_id, n.superseded_by, n.lease_holder, n.lease_until,
  n.received_at, n.next_attempt_at, n.finalized_at, n.fields,
  m.session is not null as has_session,
  p.state::text as provisioning, p.whmcs_client_id, p.sends, p.looks, p.adopted, p.service_ids, p.request
from ledger.organizations o
cross join lateral (
  select *
  from ledger.notification i
  where i.organization_id = o.organization_id and (i.notification_id = $2 or i.record_id = $2)
  order by i.received_at desc, i.notification_id desc
  limit 1
) as n
join ledger.message m on m.organization_id = n.organization_id and m.message_id = n.message_id
left join ledger.provisioning p on p.organization_id = n.organization_id and p.order_id = n.record_id
where $1::text is null or o.organization_id = $1
order by n.received_at desc, n.notification_id desc
limit 1
