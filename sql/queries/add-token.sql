-- add-token: a new token, of which only the hash of its secret is kept.
-- $1 token_id     text
-- $2 name         text
-- $3 scopes       text[]
-- $4 secret_hash  bytea
-- $5 created_by   text
-- $6 expires_at   timestamptz
insert into ledger.token (token_id, name, scopes, secret_hash, created_by, expires_at)
values ($1, $2, $3, $4, $5, $6)
