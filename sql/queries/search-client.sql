-- search-client: WHMCS was searched for the client of that sending, in vain.
-- $1 organization_id  text
-- $2 account_id       text
-- $3 sends            integer  the sending that is meant
update ledger.client set looks = looks + 1, looked_at = now()
where organization_id = $1 and account_id = $2 and sends = $3 and state = 'sending'
returning looks
