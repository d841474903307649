-- known-clients: the WHMCS clients of accounts, as far as Soapstone found or made them.
-- $1 organization_id  text
-- $2 account_id       text[]
select c.account_id, c.whmcs_client_id
from ledger.client c
where c.organization_id = $1 and c.account_id = any ($2::text[]) and c.state = 'known'
