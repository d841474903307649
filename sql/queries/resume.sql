-- resume: the step works again.
-- $1 ledger.step  step
delete from ledger.pause where step = $1
