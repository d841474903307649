-- redeliver: an event once more, at once and with a fresh schedule. Not while it is on its way.
-- $1 organization_id  text
-- $2 webhook_id       text
-- $3 event_no         bigint
update ledger.delivery d
set state = 'waiting', attempts = 0, due_at = now()
where d.organization_id = $1 and d.webhook_id = $2 and d.event_no = $3 and (d.lease_until is null or d.lease_until < now())
returning d.event_no
