-- add-token: a new token, of which only the hash of its secret is kept, and who made it.
-- $1 token_id     text
-- $2 name         text
-- $3 scopes       text[]
-- $4 secret_hash  bytea
-- $5 created_by   text
-- $6 expires_at   timestamptz
-- $7 acting       jsonb        who
with made as (
  insert into ledger.token (token_id, name, scopes, secret_hash, created_by, expires_at)
  values ($1, $2, $3, $4, $5, $6)
  returning token_id, jsonb_build_object('tokenId', token_id, 'name', name, 'scopes', scopes, 'expiresAt', expires_at) as detail
)
select made.token_id from made, ledger.write_audit('', 'token_create', $7, null, null, null, made.detail)
