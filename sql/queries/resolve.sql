-- resolve: a person has looked in WHMCS for an order of unknown outcome: it is that one, or it was never made.
-- $1 text  organization_id
-- $2 text  order_id
-- $3 text  whmcs_order_id, null: it was never made
update ledger.provisioning
set state = case when $3::text is null then 'refused' else 'added' end::ledger.provisioning_state,
  whmcs_order_id = $3, adopted = $3 is not null, added_at = case when $3 is not null then now() end
where organization_id = $1 and order_id = $2 and state = 'sending'
returning state
