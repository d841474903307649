-- record-cancelled: the order has ended in WHMCS because Salesforce took it back.
-- $1 organization_id  text
-- $2 order_id         text
update ledger.provisioning set cancelled_at = coalesce(cancelled_at, now())
where organization_id = $1 and order_id = $2
returning order_id
