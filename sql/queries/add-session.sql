-- add-session: somebody has signed in at the page.
-- $1 session_id   text
-- $2 secret_hash  bytea
-- $3 name         text
-- $4 scopes       text[]
-- $5 token_id     text
-- $6 subject      text
-- $7 address      text
-- $8 user_agent   text
-- $9 lasting      interval  at most
insert into ledger.session (session_id, secret_hash, name, scopes, token_id, subject, address, user_agent, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, now() + $9)
