-- lose-position: Salesforce does not know the position any more. No row: another worker has it.
-- $1 organization_id  text
-- $2 topic            text
-- $3 lease_no         integer
-- $4 sweep_since      timestamptz  what changed since then has to be asked for
update ledger.subscription s
set replay_id = null, lost_at = now(), sweep_since = least(s.sweep_since, $4)
where s.organization_id = $1 and s.topic = $2 and s.lease_no = $3 and s.lease_holder is not null
returning s.lease_no
