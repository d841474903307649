-- release-subscription: give the lease of a subscription back. Another worker may take it at once.
-- $1 organization_id  text
-- $2 topic            text
-- $3 lease_no         integer
update ledger.subscription s
set lease_holder = null, lease_until = null
where s.organization_id = $1 and s.topic = $2 and s.lease_no = $3
