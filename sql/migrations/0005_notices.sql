-- Up Migration
-- What is told to others: events, the webhooks that want them, a delivery for each of both, and alerts. An event is
-- written by the statement that does what it tells of, and only where an active webhook wants its type.

create table ledger.webhook (
  webhook_id text collate "C" not null,
  url text not null,
  types text[] not null,
  filter jsonb not null default '{}',
  description text,
  format text not null default 'standard',
  state text not null default 'active',
  disabled_reason text,
  secrets jsonb not null default '[]',
  by_setting boolean not null default false,
  created_at timestamptz not null default now(),
  failing_since timestamptz,
  retry_at timestamptz,
  constraint webhook_pk primary key (webhook_id),
  constraint webhook_state_known check (state in ('active', 'disabled')),
  constraint webhook_format_known check (format in ('standard', 'slack', 'teams', 'pagerduty')),
  constraint webhook_has_types check (cardinality(types) > 0),
  constraint webhook_filter_is_object check (jsonb_typeof(filter) = 'object'),
  constraint webhook_secrets_are_list check (jsonb_typeof(secrets) = 'array')
) with (fillfactor = 50);

comment on table ledger.webhook is 'An address that wants to be told of events. Of the whole installation.';
comment on column ledger.webhook.url is 'For Slack and the like it is as good as a password: only the service may read it.';
comment on column ledger.webhook.filter is 'Only events whose data has these fields with these values.';
comment on column ledger.webhook.format is 'What the receiver takes: Standard Webhooks, or the message of a chat or pager.';
comment on column ledger.webhook.secrets is 'Newest first: {"secret", "until"}. One with until still signs until then. Never copy it.';
comment on column ledger.webhook.by_setting is 'ALERT_WEBHOOK or SECURITY_ALERT_WEBHOOK: the settings say what it is.';
comment on column ledger.webhook.failing_since is 'Nothing has arrived since. After five days it is disabled.';
comment on column ledger.webhook.retry_at is 'While it fails it is tried no sooner, with one delivery at a time.';

-- event_no is the order in which things happened to one subject: its next event is written after the last was committed.
-- The id is of no sequence: after a restored backup one would be given again, and receivers would drop it as known.
create table ledger.event (
  organization_id text collate "C" not null,
  event_no bigint generated always as identity,
  event_id text collate "C" not null default 'evt_' || replace(gen_random_uuid()::text, '-', ''),
  type text not null,
  subject text collate "C" not null,
  data jsonb not null,
  happened_at timestamptz not null default clock_timestamp(),
  constraint event_pk primary key (organization_id, event_no)
);

comment on table ledger.event is 'What happened, for others. Inserted, never updated; only what an active webhook wants.';
comment on column ledger.event.organization_id is 'Empty: it concerns the whole installation.';
comment on column ledger.event.event_id is 'The receivers'' webhook-id: the same for every try.';
comment on column ledger.event.subject is 'What it is about, such as an order. Of one subject each receiver is told in order.';

create table ledger.delivery (
  organization_id text collate "C" not null,
  webhook_id text collate "C" not null,
  event_no bigint not null,
  subject text collate "C" not null,
  state text not null default 'waiting',
  attempts integer not null default 0,
  due_at timestamptz not null default now(),
  lease_holder text,
  lease_no integer not null default 0,
  lease_until timestamptz,
  status integer,
  error text,
  answer text,
  sent_at timestamptz,
  created_at timestamptz not null default now(),
  constraint delivery_state_known check (state in ('waiting', 'delivered', 'failed'))
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
-- The second halves of the conditions are always true: see work_due. For the same reason the key comes last.
create index delivery_order on ledger.delivery (webhook_id, organization_id, subject, event_no) where state = 'waiting' and subject is not null;
create index delivery_due on ledger.delivery (webhook_id, due_at) where state = 'waiting' and due_at is not null;
alter table ledger.delivery add constraint delivery_pk primary key (organization_id, webhook_id, event_no);
create index delivery_created on ledger.delivery (created_at);

comment on table ledger.delivery is 'An event for one webhook, and what came of the last try. Deliverers lease it.';
comment on column ledger.delivery.attempts is 'Tries that have ended.';
comment on column ledger.delivery.due_at is 'Sent at this time or later, after what is open of the same subject.';
comment on column ledger.delivery.status is 'HTTP status of the last answer.';
comment on column ledger.delivery.answer is 'The beginning of it.';

create table ledger.alert (
  organization_id text collate "C" not null,
  alert_id text collate "C" not null default 'alr_' || replace(gen_random_uuid()::text, '-', ''),
  kind text not null,
  category text not null,
  subject text collate "C" not null,
  state text not null default 'raised',
  message text not null,
  value double precision,
  threshold double precision,
  raised_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  resolved_at timestamptz,
  raise_told_at timestamptz,
  resolve_told_at timestamptz,
  constraint alert_pk primary key (organization_id, alert_id),
  constraint alert_state_known check (state in ('raised', 'resolved')),
  constraint resolved_at_iff_resolved check ((state = 'resolved') = (resolved_at is not null))
);
create unique index alert_raised_once on ledger.alert (organization_id, kind, subject) where state = 'raised';
create index alert_untold on ledger.alert (organization_id, raised_at)
  where raise_told_at is null or (state = 'resolved' and resolve_told_at is null);
create index alert_time on ledger.alert (raised_at);
create index alert_open on ledger.alert (seen_at) where state = 'raised';

comment on table ledger.alert is 'A condition that somebody has to know of: one row from raised to resolved.';
comment on column ledger.alert.organization_id is 'Empty: it concerns the whole installation.';
comment on column ledger.alert.category is 'For filters of webhooks: orders, stages, security, salesforce, installation.';
comment on column ledger.alert.subject is 'Which of several: the step that stands still, the certificate.';
comment on column ledger.alert.seen_at is 'When the condition held the last time.';
comment on column ledger.alert.raise_told_at is 'When alert.raised was written. Later than raised_at: quiet hours were over.';

-- What only a process sees, such as refused messages, for alerts that are evaluated from the ledger.
create table ledger.tally (
  organization_id text collate "C" not null,
  kind text not null,
  detail text collate "C" not null,
  minute timestamptz not null,
  seen bigint not null,
  constraint tally_pk primary key (organization_id, kind, detail, minute)
);
create index tally_minute on ledger.tally (minute, kind);

comment on table ledger.tally is 'How often something was seen in a minute, by all processes. Of kind ack, messages that were Acked: detail is within how many seconds.';
comment on column ledger.tally.organization_id is 'Empty: nobody can tell whose it was.';

create table ledger.reading (
  organization_id text collate "C" not null,
  kind text not null,
  subject text collate "C" not null,
  value double precision not null,
  most double precision,
  read_at timestamptz not null default now(),
  constraint reading_pk primary key (organization_id, kind, subject)
);

comment on table ledger.reading is 'The last value of something that only a process can read.';
comment on column ledger.reading.kind is 'salesforce_budget: calls left of most. certificate_expiry: seconds since 1970. no_worker: a process that works was alive.';
comment on column ledger.reading.organization_id is 'Empty: it concerns the whole installation.';

-- A delivery for each active webhook that wants the event. By row: where nothing is told it costs nothing.
create function ledger.address_event() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  insert into ledger.delivery (organization_id, webhook_id, event_no, subject)
  select new.organization_id, w.webhook_id, new.event_no, new.subject
  from ledger.webhook w
  where w.state = 'active' and new.type = any (w.types) and new.data @> w.filter;
  return null;
end
$$;
comment on function ledger.address_event is 'Internal: gives an event to the webhooks that want it.';
create trigger address_event after insert on ledger.event for each row execute function ledger.address_event();

-- What still waits for an active webhook stays. Of each organization the oldest events are looked at, and no others.
create function ledger.retire_notices(kept_for interval) returns integer
language sql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
with recursive organization as (
  (select e.organization_id from ledger.event e order by e.organization_id limit 1)
  union all
  select (select e.organization_id from ledger.event e where e.organization_id > o.organization_id order by e.organization_id limit 1)
  from organization o where o.organization_id is not null
), ended as materialized (
  select d.organization_id, d.webhook_id, d.event_no from ledger.delivery d
  where d.created_at < now() - greatest($1, interval '1 day')
    and (d.state <> 'waiting' or not exists (select from ledger.webhook w where w.webhook_id = d.webhook_id and w.state = 'active'))
  order by d.created_at
  limit 1000
  for update of d skip locked
), deliveries as (
  delete from ledger.delivery d using ended e
  where d.organization_id = e.organization_id and d.webhook_id = e.webhook_id and d.event_no = e.event_no
  returning 1
), told as materialized (
  select e.organization_id, e.event_no
  from organization o
  cross join lateral (
    select e.organization_id, e.event_no, e.happened_at from ledger.event e
    where e.organization_id = o.organization_id order by e.event_no limit 1000
  ) as e
  where e.happened_at < now() - greatest($1, interval '1 day')
    and not exists (select from ledger.webhook w join ledger.delivery d on d.organization_id = e.organization_id
      and d.webhook_id = w.webhook_id and d.event_no = e.event_no where w.state = 'active' and d.state = 'waiting')
), events as (
  delete from ledger.event e using told o where e.organization_id = o.organization_id and e.event_no = o.event_no
  returning 1
), alerts as (
  delete from ledger.alert a where a.state = 'resolved' and a.raised_at < now() - greatest($1, interval '1 day')
  returning 1
), tallies as (
  -- As long as the longest chart of the page, and the day that it begins in.
  delete from ledger.tally t where t.minute < now() - interval '8 days'
  returning 1
), readings as (
  delete from ledger.reading r where r.read_at < now() - interval '2 days' and r.kind <> 'no_worker'
  returning 1
)
select (select count(*) from deliveries)::integer + (select count(*) from events)::integer + (select count(*) from alerts)::integer
  + (select count(*) from tallies)::integer + (select count(*) from readings)::integer
$$;
comment on function ledger.retire_notices is 'Removes a batch of old events, deliveries and alerts. The service calls it.';

create view ledger.deliveries as
select d.state, e.type, d.attempts, d.status, d.webhook_id, d.subject, e.happened_at::timestamptz(0) as happened_at,
  d.sent_at::timestamptz(0) as sent_at, case when d.state = 'waiting' then d.due_at end::timestamptz(0) as next_attempt_at,
  nullif(d.organization_id, '') as organization_id, e.event_id, d.error, d.answer, e.data
from ledger.delivery d
join ledger.event e on e.organization_id = d.organization_id and e.event_no = d.event_no;
comment on view ledger.deliveries is 'What webhooks were told, and what they answered. Ask by organization, webhook or time.';

create view ledger.alerts as
select a.state, a.kind, a.subject, a.value, a.threshold, a.raised_at::timestamptz(0) as raised_at, a.resolved_at::timestamptz(0) as resolved_at,
  nullif(a.organization_id, '') as organization_id, a.alert_id, a.message
from ledger.alert a;
comment on view ledger.alerts is 'What was raised, and whether it is over.';

revoke all on function ledger.address_event, ledger.retire_notices from public;

do $$
begin
  if exists (select from pg_roles where rolname = 'ledger_reader') then
    grant select on ledger.deliveries, ledger.alerts, ledger.reading to ledger_reader;
  end if;
  if exists (select from pg_roles where rolname = 'ledger_service') then
    grant select on ledger.webhook, ledger.event, ledger.delivery, ledger.alert, ledger.tally, ledger.reading, ledger.deliveries,
      ledger.alerts to ledger_service;
    grant insert on ledger.webhook, ledger.event, ledger.delivery, ledger.alert, ledger.tally, ledger.reading to ledger_service;
    grant update on ledger.webhook, ledger.delivery, ledger.alert, ledger.tally, ledger.reading to ledger_service;
    grant delete on ledger.webhook to ledger_service;
    grant execute on function ledger.retire_notices to ledger_service;
  end if;
end
$$;
