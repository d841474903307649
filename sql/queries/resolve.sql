-- resolve: a person has looked in WHMCS for an order of unknown outcome: it is that one, or it was never made. What was
-- said so, or found by its marker, can be taken back until it is accepted.
-- Not while a worker has the order in hand: the sending could be a new one.
-- $1 organization_id  text
-- $2 order_id         text
-- $3 whmcs_order_id   text  null: it was never made
update ledger.provisioning
set state = case when $3::text is null then 'refused' else 'added' end::ledger.provisioning_state,
  whmcs_order_id = $3, adopted = $3 is not null, added_at = case when $3 is not null then now() end, accept_sent_at = null
where organization_id = $1 and order_id = $2 and (state = 'sending' or state = 'added' and adopted)
  and not exists (select from ledger.work w where w.organization_id = $1 and w.record_id = $2 and w.lease_until is not null)
returning state
