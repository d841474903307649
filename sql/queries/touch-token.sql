-- touch-token: it has been used. Written at most once a minute.
-- $1 token_id  text
update ledger.token set last_used_at = now()
where token_id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')
