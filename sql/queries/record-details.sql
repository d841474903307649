-- record-details: what of the order in WHMCS is written back besides.
-- $1 organization_id  text
-- $2 order_id         text
-- $3 details          jsonb
update ledger.provisioning set details = $3
where organization_id = $1 and order_id = $2
returning order_id
