-- record-refusal: WHMCS said no or was never reached: nothing was made. Only for the sending that this worker began.
-- $1 organization_id  text
-- $2 order_id         text
-- $3 sends            integer
update ledger.provisioning set state = 'refused'
where organization_id = $1 and order_id = $2 and state = 'sending' and sends = $3
returning state
