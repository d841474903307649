-- order-of: the order that the ledger knows under this WHMCS order id.
-- $1 organization_id  text
-- $2 whmcs_order_id   text
select order_id
from ledger.provisioning
where organization_id = $1 and whmcs_order_id = $2
