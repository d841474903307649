-- forget-details: remove a batch of what is older than that.
-- $1 kept_for  interval
select ledger.forget_details($1) as details
