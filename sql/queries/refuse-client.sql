-- refuse-client: that sending of AddClient made nothing.
-- $1 organization_id  text
-- $2 account_id       text
-- $3 sends            integer  the sending that is meant
update ledger.client set state = 'refused'
where organization_id = $1 and account_id = $2 and sends = $3 and state = 'sending'
returning state
