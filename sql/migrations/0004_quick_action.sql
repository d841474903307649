-- Up Migration
-- The signed Quick Action: what was sent once must not be taken twice. Both tables are written by the transaction that
-- stores the notification: a crash leaves either all of it or nothing.

create table ledger.quick_action_nonce (
  organization_id text collate "C" not null,
  nonce text collate "C" not null,
  used_at timestamptz not null default now(),
  constraint quick_action_nonce_pk primary key (organization_id, nonce)
);
create index quick_action_nonce_used on ledger.quick_action_nonce (organization_id, used_at);

comment on table ledger.quick_action_nonce is 'Nonces of signed requests: a copy of a request is refused. Gone soon after its time stamp is too old anyway.';

create table ledger.quick_action_key (
  organization_id text collate "C" not null,
  key text collate "C" not null,
  fingerprint text not null,
  notification_id text collate "C" not null,
  record_id text collate "C" not null,
  status integer,
  answer jsonb,
  taken_at timestamptz not null default now(),
  constraint quick_action_key_pk primary key (organization_id, key),
  constraint answer_iff_status check ((status is null) = (answer is null))
);
create index quick_action_key_taken on ledger.quick_action_key (organization_id, taken_at);

comment on table ledger.quick_action_key is 'Idempotency keys of signed requests: the same key gets the first answer again.';
comment on column ledger.quick_action_key.fingerprint is 'Method, path and order. The same key with another one is refused.';
comment on column ledger.quick_action_key.notification_id is 'The notification that the first request with this key became.';
comment on column ledger.quick_action_key.status is 'HTTP status of the first answer. Null: none was given yet.';
comment on column ledger.quick_action_key.answer is 'The first answer.';

-- How an order ended last. Whoever asks for its status again and again is answered from here and from ledger.work alone.
create index outcome_of_record on ledger.outcome (organization_id, record_id, finalized_at) where state <> 'superseded';

do $$
begin
  if exists (select from pg_roles where rolname = 'ledger_reader') then
    grant select on ledger.quick_action_nonce, ledger.quick_action_key to ledger_reader;
  end if;
  if exists (select from pg_roles where rolname = 'ledger_service') then
    grant select, insert, update, delete on ledger.quick_action_nonce, ledger.quick_action_key to ledger_service;
  end if;
end
$$;
