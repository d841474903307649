-- valid-tokens: those that open something now, with the hashes of their secrets.
select token_id, name, scopes, secret_hash
from ledger.token
where revoked_at is null and (expires_at is null or expires_at > now())
