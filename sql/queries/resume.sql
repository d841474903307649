-- resume: the step works again.
-- $1 organization_id  text
-- $2 step             ledger.step
delete from ledger.pause where organization_id = $1 and step = $2
