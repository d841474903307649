-- intend-client: write down, before AddClient is sent, that it is about to be. Returns no row when another worker was
-- faster: then nothing may be sent. After an unknown outcome it takes $4 looks that found nothing.
-- $1 organization_id  text
-- $2 account_id       text
-- $3 sends            integer  how often it was sent before, as far as this worker knows
-- $4 looks_needed     integer
insert into ledger.client as c (organization_id, account_id, state, sends)
values ($1, $2, 'sending', 1)
on conflict (organization_id, account_id) do update
set state = 'sending', sends = c.sends + 1, looks = 0, looked_at = null, sent_at = now()
where c.sends = $3 and (c.state = 'refused' or (c.state = 'sending' and c.looks >= $4))
returning c.sends
