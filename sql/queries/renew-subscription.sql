-- renew-subscription: keep the lease of a subscription. No row: another worker has it.
-- $1 organization_id  text
-- $2 topic            text
-- $3 lease_no         integer
-- $4 lease            interval
update ledger.subscription s
set lease_until = now() + $4
where s.organization_id = $1 and s.topic = $2 and s.lease_no = $3 and s.lease_holder is not null
returning s.lease_no
