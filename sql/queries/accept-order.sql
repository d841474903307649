-- accept-order: the order is active in WHMCS.
-- $1 text   organization_id
-- $2 text   order_id
-- $3 jsonb  WHMCS service id by Salesforce order item id, where it is certain
update ledger.provisioning set state = 'accepted', service_ids = $3, accepted_at = now()
where organization_id = $1 and order_id = $2 and state = 'added'
returning whmcs_order_id
