-- apply-finding: a person has looked in WHMCS for an order of unknown outcome, and WHMCS does not contradict. No step:
-- nothing is unknown about that order, or a worker has it in hand.
-- $1 organization_id  text
-- $2 notification_id  text
-- $3 record_id        text
-- $4 reason           text
-- $5 acting           jsonb  who
-- $6 whmcs_order_id   text   null: it was never made
select ledger.apply_finding($1, $2, $3, $6, $4, $5)::text as step
