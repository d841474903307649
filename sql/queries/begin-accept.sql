-- begin-accept: write down, before AcceptOrder is sent, that it is about to be.
-- $1 text  organization_id
-- $2 text  order_id
update ledger.provisioning set accept_sent_at = now()
where organization_id = $1 and order_id = $2 and state = 'added'
returning whmcs_order_id
