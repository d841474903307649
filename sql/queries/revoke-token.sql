-- revoke-token: from now on it opens nothing. No row: there is none, or it was revoked before.
-- $1 token_id    text
-- $2 revoked_by  text
-- $3 acting      jsonb  who
with revoked as (
  update ledger.token set revoked_at = now(), revoked_by = $2
  where token_id = $1 and revoked_at is null
  returning token_id, jsonb_build_object('tokenId', token_id, 'name', name) as detail
)
select revoked.token_id from revoked, ledger.write_audit('', 'token_revoke', $3, null, null, null, revoked.detail)
