-- retire-notices: a batch of what was told long ago.
-- $1 kept_for  interval
select ledger.retire_notices($1) as removed
