-- revoke-token: from now on it opens nothing. No row: there is none, or it was revoked before.
-- $1 token_id    text
-- $2 revoked_by  text
update ledger.token set revoked_at = now(), revoked_by = $2
where token_id = $1 and revoked_at is null
returning token_id
