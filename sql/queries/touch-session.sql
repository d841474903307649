-- touch-session: its bearer is still there. Written at most once a minute.
-- $1 session_id  text
update ledger.session set last_seen_at = now()
where session_id = $1 and last_seen_at < now() - interval '1 minute'
