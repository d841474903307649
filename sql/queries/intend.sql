-- intend: write down, before AddOrder is sent, that it is about to be. Returns no row when another worker was faster:
-- then nothing may be sent. After an unknown outcome it takes $8 looks that found nothing.
-- $1 organization_id  text
-- $2 order_id         text
-- $3 whmcs_client_id  text
-- $4 request          jsonb
-- $5 request_hash     text
-- $6 prior_order_ids  text[]   ids of the orders that the client has in WHMCS now
-- $7 sends            integer  how often it was sent before, as far as this worker knows
-- $8 looks_needed     integer  looks needed after an unknown outcome
insert into ledger.provisioning as p (organization_id, order_id, state, whmcs_client_id, request, request_hash, prior_order_ids)
values ($1, $2, 'sending', $3, $4, $5, $6)
on conflict (organization_id, order_id) do update
set state = 'sending', whmcs_client_id = excluded.whmcs_client_id, request = excluded.request, request_hash = excluded.request_hash,
  prior_order_ids = excluded.prior_order_ids, sends = p.sends + 1, looks = 0, looked_at = null, sent_at = now()
where p.sends = $7 and (p.state = 'refused' or (p.state = 'sending' and p.looks >= $8))
returning p.sends
