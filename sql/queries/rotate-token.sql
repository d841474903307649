-- rotate-token: a second secret for what a valid token may, under an id of its own. The old one is valid for the overlap
-- only, and the new one for as long as the old one was. No row: that token is not valid, or has a successor.
-- $1 token_id     text
-- $2 new_id       text
-- $3 secret_hash  bytea     of the new one
-- $4 overlap      interval
-- $5 created_by   text
-- $6 acting       jsonb     who
with old as materialized (
  select token_id, name, scopes, now() + (expires_at - created_at) as expires_at
  from ledger.token
  where token_id = $1 and revoked_at is null and successor_id is null and (expires_at is null or expires_at > now())
  for update
), replaced as (
  update ledger.token t set successor_id = $2, expires_at = least(t.expires_at, now() + $4)
  from old
  where t.token_id = old.token_id
), made as (
  insert into ledger.token (token_id, name, scopes, secret_hash, created_by, expires_at)
  select $2, name, scopes, $3, $5, expires_at from old
  returning token_id, jsonb_build_object('tokenId', $1, 'name', name, 'successorId', token_id) as detail
)
select made.token_id from made, ledger.write_audit('', 'token_rotate', $6, null, null, null, made.detail)
