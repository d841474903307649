-- record-search: WHMCS was searched for an order of unknown outcome, and none was there.
-- $1 text     organization_id
-- $2 text     order_id
-- $3 integer  sends
update ledger.provisioning set looks = looks + 1, looked_at = now()
where organization_id = $1 and order_id = $2 and state = 'sending' and sends = $3
returning looks
