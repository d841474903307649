-- Up Migration
-- Subscriptions to streams of events: who reads each of them, and how far. The position moves in the transaction that
-- stores what came, so that a crash repeats events and loses none.

-- The position is compared for equality alone: ids of Salesforce are not numbers, and not unique after a migration.
create table ledger.subscription (
  organization_id text collate "C" not null,
  topic text collate "C" not null,
  state text not null default 'connecting',
  error_code text,
  error_message text,
  since timestamptz not null default now(),
  replay_id bytea,
  position_at timestamptz,
  last_event_at timestamptz,
  subscribed_at timestamptz,
  lost_at timestamptz,
  sweep_since timestamptz,
  recorded bigint not null default 0,
  own bigint not null default 0,
  other bigint not null default 0,
  undecodable bigint not null default 0,
  deliveries_remaining integer,
  deliveries_max integer,
  lease_no integer not null default 0,
  lease_holder text,
  lease_until timestamptz,
  constraint subscription_pk primary key (organization_id, topic),
  constraint subscription_state_known check (state in ('connecting', 'subscribed', 'waiting', 'paused', 'stopped')),
  constraint subscription_position_dated check (replay_id is null or position_at is not null),
  constraint subscription_lease_is_whole check ((lease_holder is null) = (lease_until is null))
) with (fillfactor = 60);
comment on table ledger.subscription is 'A topic of the Pub/Sub API, and how far it was read.';
comment on column ledger.subscription.since is 'Since when a stream is open, or none is.';
comment on column ledger.subscription.replay_id is 'The last event that was committed, in Salesforce''s own words. Null: none yet, or lost.';
comment on column ledger.subscription.position_at is 'When the position was written. Salesforce knows it for 72 hours.';
comment on column ledger.subscription.last_event_at is 'When the newest event happened, by Salesforce''s clock.';
comment on column ledger.subscription.subscribed_at is 'When a stream was opened for the first time.';
comment on column ledger.subscription.lost_at is 'When Salesforce last did not know the position any more.';
comment on column ledger.subscription.sweep_since is 'Orders changed since then are still to be asked for: events did not name them.';
comment on column ledger.subscription.own is 'Events that Soapstone''s own reports caused. Not recorded.';
comment on column ledger.subscription.other is 'Events about nothing that Soapstone has to do with. Not recorded.';
comment on column ledger.subscription.deliveries_remaining is 'Of the organization, in 24 hours, for all of its subscribers.';
comment on column ledger.subscription.lease_no is 'Rises with each lease: whoever lost it writes nothing more.';

-- Ids come again after a migration of the organization, with other bytes: so the bytes belong to the key.
create table ledger.undecodable_event (
  organization_id text collate "C" not null,
  topic text collate "C" not null,
  replay_id bytea not null,
  digest bytea not null generated always as (sha256(payload)) stored,
  event_id text,
  schema_id text not null,
  reason text not null,
  payload bytea not null,
  received_at timestamptz not null default now(),
  constraint undecodable_event_pk primary key (organization_id, topic, replay_id, digest)
);
create index undecodable_event_received on ledger.undecodable_event (organization_id, received_at);
comment on table ledger.undecodable_event is 'Events that nobody could read, with their bytes. A sweep looks for the orders that they may have been about.';
comment on column ledger.undecodable_event.payload is 'Avro, written with the schema named.';

create view ledger.subscriptions as
select s.topic, case when s.lease_until > now() then s.state else 'unattended' end as state, s.error_code, s.since, s.last_event_at,
  s.recorded, s.own, s.other, s.undecodable, s.organization_id, s.lost_at, s.position_at, s.sweep_since, s.deliveries_remaining,
  s.deliveries_max, s.lease_holder, s.lease_until, s.error_message
from ledger.subscription s;
comment on view ledger.subscriptions is 'Topics that are subscribed to, and how each stands. unattended: no process reads it.';

create view ledger.undecodable_events as
select e.topic, length(e.payload) as bytes, encode(e.replay_id, 'hex') as replay_id, e.event_id, e.schema_id, e.received_at, e.organization_id, e.reason
from ledger.undecodable_event e;
comment on view ledger.undecodable_events is 'Events that nobody could read. Their bytes are in ledger.undecodable_event.';

do $$
begin
  if exists (select from pg_roles where rolname = 'ledger_reader') then
    grant select on ledger.subscriptions, ledger.undecodable_events, ledger.subscription, ledger.undecodable_event to ledger_reader;
  end if;
  if exists (select from pg_roles where rolname = 'ledger_service') then
    grant select on ledger.subscriptions, ledger.undecodable_events to ledger_service;
    grant select, insert, update, delete on ledger.subscription to ledger_service;
    grant select, insert, delete on ledger.undecodable_event to ledger_service;
  end if;
end
$$;
