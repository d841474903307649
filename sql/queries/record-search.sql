-- record-search: WHMCS was searched for an order of unknown outcome, and none was there.
-- $1 organization_id  text
-- $2 order_id         text
-- $3 sends            integer
update ledger.provisioning set looks = looks + 1, looked_at = now()
where organization_id = $1 and order_id = $2 and state = 'sending' and sends = $3
returning looks
