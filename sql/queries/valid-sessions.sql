-- valid-sessions: who is signed in at the page now, with the hashes of their secrets.
select s.session_id, s.name, s.scopes, s.token_id, s.subject, k.secret_hash
from ledger.sessions s
join ledger.session k using (session_id)
