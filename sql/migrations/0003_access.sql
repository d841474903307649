-- Up Migration
-- Who may use API and page: tokens, and the sessions of people who have signed in. Of secrets only hashes are kept. They
-- belong to the installation and not to an organization: where the ledger is distributed these tables are on every server.

create table ledger.token (
  token_id text collate "C" not null,
  name text not null,
  scopes text[] not null,
  secret_hash bytea not null,
  created_at timestamptz not null default now(),
  created_by text not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  successor_id text collate "C",
  constraint token_pk primary key (token_id),
  constraint token_id_fits check (token_id ~ '^[0-9a-f]{12}$'),
  constraint token_has_scopes check (cardinality(scopes) > 0 and scopes <@ array['read', 'operate', 'admin', 'status']),
  constraint token_hash_has_32 check (length(secret_hash) = 32),
  constraint revoked_is_whole check ((revoked_at is null) = (revoked_by is null))
);

comment on table ledger.token is 'Who may use API, portal and page. The secret itself is nowhere; soapstone token makes one.';
comment on column ledger.token.token_id is 'Part of the token, which is sst_<token_id>_<secret>: no secret.';
comment on column ledger.token.name is 'Whose it is, or what for. It is what the audit shows.';
comment on column ledger.token.scopes is 'read, operate and admin, of which each includes those before it; status is for the portal.';
comment on column ledger.token.secret_hash is 'SHA-256 of the secret, which is 192 random bits.';
comment on column ledger.token.created_at is 'When it was made.';
comment on column ledger.token.created_by is 'Who made it.';
comment on column ledger.token.expires_at is 'From then on it opens nothing. Null: never.';
comment on column ledger.token.last_used_at is 'To the minute.';
comment on column ledger.token.revoked_at is 'From then on, at most 5 seconds later, it opens nothing.';
comment on column ledger.token.revoked_by is 'Who took it back.';
comment on column ledger.token.successor_id is 'The token that takes its place, once it is rotated. Both are valid until this one expires.';

create view ledger.tokens as
select token_id, name, scopes,
  case when revoked_at is not null then 'revoked' when expires_at <= now() then 'expired' when successor_id is not null then 'rotated' else 'active' end as state,
  expires_at, last_used_at, created_at, created_by, revoked_at, revoked_by, successor_id
from ledger.token;
comment on view ledger.tokens is 'Tokens for API, portal and page, without their hashes. A rotated one is valid until it expires.';

create table ledger.session (
  session_id text collate "C" not null,
  secret_hash bytea not null,
  name text not null,
  scopes text[] not null,
  token_id text collate "C",
  subject text,
  address text not null,
  user_agent text not null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint session_pk primary key (session_id),
  constraint session_hash_has_32 check (length(secret_hash) = 32),
  constraint session_has_one_proof check ((token_id is null) <> (subject is null))
);

comment on table ledger.session is 'Somebody who is signed in at the page. To sign out removes the row. Not the sessions of Salesforce.';
comment on column ledger.session.session_id is 'Part of the cookie, which is <session_id>_<secret>: no secret.';
comment on column ledger.session.secret_hash is 'SHA-256 of the secret, which is 192 random bits.';
comment on column ledger.session.name is 'Of the token, or as the identity provider calls the person.';
comment on column ledger.session.scopes is 'What it may: those of the token, or what the groups of the person are mapped to.';
comment on column ledger.session.token_id is 'The token that was used to sign in: the session ends with it.';
comment on column ledger.session.subject is 'Who it is for the identity provider, for ever; the name may change.';
comment on column ledger.session.address is 'From where it was opened.';
comment on column ledger.session.user_agent is 'The browser, as it calls itself.';
comment on column ledger.session.created_at is 'When it was opened.';
comment on column ledger.session.last_seen_at is 'To the minute. An hour later the session is over.';
comment on column ledger.session.expires_at is 'When it is over at the latest.';

create view ledger.sessions as
select s.session_id, s.name, s.scopes, s.token_id, s.subject, s.address, s.created_at, s.last_seen_at,
  least(s.expires_at, s.last_seen_at + interval '1 hour', t.expires_at) as expires_at, s.user_agent
from ledger.session s
left join ledger.token t on t.token_id = s.token_id
where s.expires_at > now() and s.last_seen_at > now() - interval '1 hour'
  and (s.token_id is null or (t.token_id is not null and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())));
comment on view ledger.sessions is 'Who is signed in at the page now.';

do $$
begin
  if exists (select from pg_roles where rolname = 'ledger_reader') then
    grant select on ledger.sessions to ledger_reader;
    grant select on ledger.tokens to ledger_reader;
  end if;
  if exists (select from pg_roles where rolname = 'ledger_service') then
    grant select on ledger.token, ledger.tokens to ledger_service;
    grant insert, delete on ledger.token to ledger_service;
    grant update (expires_at, last_used_at, revoked_at, revoked_by, successor_id) on ledger.token to ledger_service;
    grant select, insert, delete on ledger.session to ledger_service;
    grant update (last_seen_at) on ledger.session to ledger_service;
    grant select on ledger.sessions to ledger_service;
  end if;
end
$$;
