-- read-intent: how far the provisioning of an order has come.
-- $1 organization_id  text
-- $2 order_id         text
select state, whmcs_client_id, whmcs_order_id, request, request_hash, prior_order_ids, sends, looks, service_ids,
  extract(epoch from clock_timestamp() - sent_at)::double precision as seconds_since_sent,
  extract(epoch from clock_timestamp() - looked_at)::double precision as seconds_since_look,
  extract(epoch from clock_timestamp() - accept_sent_at)::double precision as seconds_since_accept
from ledger.provisioning
where organization_id = $1 and order_id = $2
