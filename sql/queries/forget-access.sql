-- forget-access: removes the sessions that are over, and the tokens that have opened nothing for long.
-- $1 tokens_kept  interval
with sessions as (
  delete from ledger.session
  where expires_at < now() - interval '1 hour' or last_seen_at < now() - interval '2 hours'
)
delete from ledger.token
where revoked_at < now() - $1::interval or expires_at < now() - $1::interval
