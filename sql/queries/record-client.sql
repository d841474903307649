-- record-client: the account has this client in WHMCS. Returns no row when another one was known before.
-- $1 organization_id  text
-- $2 account_id       text
-- $3 whmcs_client_id  text
-- $4 found_by         text
insert into ledger.client as c (organization_id, account_id, state, whmcs_client_id, found_by, known_at)
values ($1, $2, 'known', $3, $4, now())
on conflict (organization_id, account_id) do update
set state = 'known', whmcs_client_id = excluded.whmcs_client_id, found_by = excluded.found_by, known_at = now()
where c.state <> 'known' or c.whmcs_client_id = excluded.whmcs_client_id
returning c.whmcs_client_id
