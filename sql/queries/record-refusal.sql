-- record-refusal: WHMCS said no or was never reached: nothing was made. Only for the sending that this worker began.
-- $1 text     organization_id
-- $2 text     order_id
-- $3 integer  sends
update ledger.provisioning set state = 'refused'
where organization_id = $1 and order_id = $2 and state = 'sending' and sends = $3
returning state
