-- tokens: all of them, the newest first, without their hashes.
-- $1 token_id  text  null: all
select token_id, name, scopes, state, created_at, created_by, expires_at, last_used_at, revoked_at, revoked_by, successor_id
from ledger.tokens
where token_id = $1 or $1 is null
order by created_at desc, token_id
