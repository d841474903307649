-- cancel: agree that an order which Salesforce has taken back is cancelled in WHMCS.
-- $1 organization_id  text
-- $2 notification_id  text
-- $3 record_id        text   its record; null: there is but one, or the one that is dead
-- $4 reason           text
-- $5 acting           jsonb  who
select ledger.cancel($1, $2, $3, $4, $5)::text as step
