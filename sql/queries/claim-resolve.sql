-- claim-resolve: lease the first task that says what became of an order: WHMCS is to be asked whether it can be so.
-- $1 worker  text
-- $2 lease   interval
update ledger.task t
set state = 'running', lease_holder = $1, lease_until = now() + $2, started_at = coalesce(t.started_at, now())
where t.task_id = (select i.task_id from ledger.task i
  where i.kind = 'resolve' and (i.state = 'waiting' or i.state = 'running' and i.lease_until < now())
  order by i.priority, i.task_id limit 1 for update skip locked)
returning t.task_id, t.organization_id, t.request ->> 'notificationId' as notification_id, t.request ->> 'whmcsOrderId' as whmcs_order_id,
  t.reason, t.acting
