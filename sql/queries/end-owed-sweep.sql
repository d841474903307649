-- end-owed-sweep: the orders changed since then were asked for. What is owed from earlier stays owed.
-- $1 organization_id  text
-- $2 topic            text
-- $3 lease_no         integer
-- $4 sweep_since      timestamptz
update ledger.subscription s
set sweep_since = null
where s.organization_id = $1 and s.topic = $2 and s.lease_no = $3 and s.lease_holder is not null and s.sweep_since >= $4
returning s.lease_no
