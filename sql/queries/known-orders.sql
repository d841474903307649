-- known-orders: some orders that WHMCS has by our own AddOrder and has accepted, by the index of their ids.
-- $1 organization_id  text
-- $2 most             integer  at most this many
select order_id, whmcs_client_id, whmcs_order_id
from ledger.provisioning
where organization_id = $1 and whmcs_order_id is not null and state = 'accepted' and not adopted
order by organization_id, whmcs_order_id desc
limit $2::integer
