-- read-client: how far the client of an account has come.
-- $1 organization_id  text
-- $2 account_id       text
select state, whmcs_client_id, sends, looks,
  extract(epoch from clock_timestamp() - coalesce(looked_at, sent_at))::double precision as seconds_since_look
from ledger.client
where organization_id = $1 and account_id = $2
