-- mark-duplicated: make a dead letter of an order that has completed, and that WHMCS has twice.
-- $1  organization_id  text
-- $2  record_id        text
-- $3  message          text
select ledger.mark_duplicated($1, $2, $3) as marked
