-- save-deliveries: what is left of the deliveries of events that the organization has in 24 hours.
-- $1 organization_id  text
-- $2 topic            text
-- $3 lease_no         integer
-- $4 remaining        integer
-- $5 most             integer
update ledger.subscription s
set deliveries_remaining = $4, deliveries_max = $5
where s.organization_id = $1 and s.topic = $2 and s.lease_no = $3 and s.lease_holder is not null
returning s.lease_no
