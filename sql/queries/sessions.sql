-- sessions: who is signed in at the page now, the newest first, without their secrets.
select session_id, name, scopes, token_id, subject, address, user_agent, created_at, last_seen_at, expires_at
from ledger.sessions
order by created_at desc, session_id
