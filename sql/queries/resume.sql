-- resume: the step works again.
-- $1 step  ledger.step
delete from ledger.pause where step = $1
