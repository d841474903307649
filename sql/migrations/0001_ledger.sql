-- Up Migration
-- The ledger. Tables are private and may change; the views at the end are the promise (see sql/README.md).
-- Every key starts with organization_id, so that the tables can be distributed by it.

create type ledger.state as enum ('pending', 'working', 'completed', 'dead', 'ignored', 'superseded');
create type ledger.step as enum ('callback', 'provision', 'write_back');
create type ledger.provisioning_state as enum ('sending', 'refused', 'added', 'accepted');

create sequence ledger.message_id as bigint;

-- One row a delivery that brought something new. session is sealed and goes when its last notification is final.
create table ledger.message (
  organization_id text collate "C" not null,
  message_id bigint not null,
  source text not null,
  action_id text collate "C" not null,
  session bytea,
  enterprise_url text,
  partner_url text,
  received_at timestamptz not null default now(),
  constraint message_pk primary key (organization_id, message_id),
  constraint organization_id_has_18 check (organization_id ~ '^[a-zA-Z0-9]{18}$')
);

create index message_with_session on ledger.message (organization_id, message_id) where session is not null;

-- One row a notification: the queue and the record of it. fillfactor leaves room for the updates of its short life.
create table ledger.notification (
  organization_id text collate "C" not null,
  notification_id text collate "C" not null,
  state ledger.state not null default 'pending',
  step ledger.step not null default 'callback',
  attempts integer not null default 0,
  lease_no integer not null default 0,
  lease_holder text,
  leased_at timestamptz,
  lease_until timestamptz,
  next_attempt_at timestamptz default now(),
  record_type text collate "C" not null,
  record_id text collate "C",
  whmcs_client_id text,
  whmcs_order_id text,
  failed_step ledger.step,
  error_code text,
  error_message text,
  superseded_by text collate "C",
  message_id bigint not null,
  fields jsonb not null,
  received_at timestamptz not null default now(),
  finalized_at timestamptz,
  constraint notification_pk primary key (organization_id, notification_id),
  constraint notification_message_fk foreign key (organization_id, message_id) references ledger.message,
  constraint notification_id_has_18 check (notification_id ~ '^[a-zA-Z0-9]{18}$'),
  constraint record_id_has_18 check (record_id ~ '^[a-zA-Z0-9]{18}$'),
  constraint lease_iff_working check (
    (state = 'working') = (lease_holder is not null)
    and (state = 'working') = (lease_until is not null)
    and (state = 'working') = (leased_at is not null)),
  constraint finalized_iff_final check ((state in ('completed', 'dead', 'ignored', 'superseded')) = (finalized_at is not null)),
  constraint scheduled_iff_open check ((state in ('pending', 'working')) = (next_attempt_at is not null)),
  constraint superseded_by_iff_superseded check ((state = 'superseded') = (superseded_by is not null)),
  constraint open_has_record check (state not in ('pending', 'working') or record_id is not null)
) with (fillfactor = 80);

-- What is due, oldest first: the claim reads nothing else.
create index notification_due on ledger.notification (step, next_attempt_at) where state = 'pending';
-- At most one notification of a record is worked on at any time.
create unique index one_working_per_record on ledger.notification (organization_id, record_id) where state = 'working';
-- WHMCS sees one order of a client at a time.
create unique index one_provisioning_per_client on ledger.notification (organization_id, whmcs_client_id)
  where state = 'working' and step = 'provision';
create index notification_leased on ledger.notification (lease_until) where state = 'working';
create index notification_record on ledger.notification (organization_id, record_id, received_at);
create index notification_message on ledger.notification (organization_id, message_id);
create index notification_dead on ledger.notification (organization_id, finalized_at) where state = 'dead';
create index notification_received on ledger.notification (organization_id, received_at, notification_id);
create index notification_finalized on ledger.notification (organization_id, finalized_at) where finalized_at is not null;

-- The order as callback read it, for provision, and for which notification: one row an order.
create table ledger.snapshot (
  organization_id text collate "C" not null,
  record_id text collate "C" not null,
  notification_id text collate "C" not null,
  content jsonb not null,
  taken_at timestamptz not null default now(),
  constraint snapshot_pk primary key (organization_id, record_id)
);

-- The durable intent: one row an order, written before AddOrder is sent. What exactly-once stands on.
create table ledger.provisioning (
  organization_id text collate "C" not null,
  order_id text collate "C" not null,
  state ledger.provisioning_state not null,
  whmcs_client_id text not null,
  whmcs_order_id text,
  request jsonb not null,
  request_hash text not null,
  prior_order_ids text[] not null,
  sends integer not null default 1,
  looks integer not null default 0,
  adopted boolean not null default false,
  service_ids jsonb not null default '{}',
  sent_at timestamptz not null default now(),
  looked_at timestamptz,
  added_at timestamptz,
  accept_sent_at timestamptz,
  accepted_at timestamptz,
  constraint provisioning_pk primary key (organization_id, order_id),
  constraint order_id_has_18 check (order_id ~ '^[a-zA-Z0-9]{18}$'),
  constraint whmcs_order_iff_added check ((state in ('added', 'accepted')) = (whmcs_order_id is not null)),
  constraint accepted_at_iff_accepted check ((state = 'accepted') = (accepted_at is not null))
) with (fillfactor = 80);

-- Two Salesforce orders can't be one WHMCS order.
create unique index one_order_per_whmcs_order on ledger.provisioning (organization_id, whmcs_order_id) where whmcs_order_id is not null;

-- Append only: everything that was tried.
create table ledger.attempt (
  organization_id text collate "C" not null,
  notification_id text collate "C" not null,
  attempt_no integer not null,
  step ledger.step not null,
  worker text not null,
  started_at timestamptz not null,
  finished_at timestamptz not null default now(),
  outcome text not null,
  code text,
  message text,
  constraint attempt_pk primary key (organization_id, notification_id, attempt_no),
  constraint attempt_outcome_known check (outcome in
    ('advanced', 'completed', 'ignored', 'waiting', 'retry', 'paused', 'gave_up', 'dead', 'lost', 'released'))
);

-- Append only: who put what back to work, and why.
create table ledger.replayed (
  organization_id text collate "C" not null,
  notification_id text collate "C" not null,
  replay_no integer not null,
  from_state ledger.state not null,
  to_step ledger.step not null,
  reason text not null,
  requested_by text not null,
  requested_at timestamptz not null default now(),
  constraint replayed_pk primary key (organization_id, notification_id, replay_no),
  constraint reason_given check (reason ~ '\S')
);

-- A stage that stands still: the other system is down or refuses us. Gone when it goes on.
create table ledger.pause (
  step ledger.step not null,
  until timestamptz not null,
  code text not null,
  message text not null,
  worker text not null,
  since timestamptz not null default now(),
  constraint pause_pk primary key (step)
);

create view ledger.overview as
select n.state, n.step, n.attempts, n.record_type, n.record_id, n.error_code, n.error_message, n.whmcs_order_id,
  n.organization_id, n.notification_id, m.source, n.superseded_by, n.lease_holder, n.lease_until,
  n.received_at, n.next_attempt_at, n.finalized_at
from ledger.notification n
join ledger.message m using (organization_id, message_id);

create view ledger.inbox as
select * from ledger.overview where state in ('pending', 'working');

create view ledger.dead_letters as
select n.step, n.error_code, n.error_message, n.record_type, n.record_id, n.whmcs_order_id, p.state as provisioning,
  n.organization_id, n.notification_id,
  (select count(*)::integer from ledger.replayed r
    where (r.organization_id, r.notification_id) = (n.organization_id, n.notification_id)) as replays,
  n.received_at, n.finalized_at
from ledger.notification n
left join ledger.provisioning p on (p.organization_id, p.order_id) = (n.organization_id, n.record_id)
where n.state = 'dead';

create view ledger.attempts as
select a.outcome, a.step, a.code, a.message, n.record_id, a.organization_id, a.notification_id, a.attempt_no, a.worker,
  a.started_at, a.finished_at, a.finished_at - a.started_at as took
from ledger.attempt a
join ledger.notification n using (organization_id, notification_id);

create view ledger.throughput as
select minute, sum(received)::bigint as received, sum(completed)::bigint as completed, sum(dead)::bigint as dead
from (
  select date_trunc('minute', received_at) as minute, 1 as received, 0 as completed, 0 as dead from ledger.notification
  where received_at > now() - interval '1 day'
  union all
  select date_trunc('minute', finalized_at), 0, (state = 'completed')::integer, (state = 'dead')::integer
  from ledger.notification where finalized_at > now() - interval '1 day'
) as happened
group by minute;

create view ledger.provisionings as
select state, order_id, whmcs_client_id, whmcs_order_id, sends, looks, adopted, service_ids, request, organization_id,
  sent_at, looked_at, added_at, accepted_at
from ledger.provisioning;

-- replay puts a final notification back to work with a fresh retry budget. The step is callback, which reads the
-- order anew, unless only the report to Salesforce had failed; to_step decides otherwise. Returns the step.
-- Only what WHMCS accepted can be reported: write_back would tell Salesforce that the order is provisioned.
create function ledger.replay(organization_id text, notification_id text, reason text, to_step ledger.step default null, requested_by text default session_user)
returns ledger.step
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  found_row ledger.notification;
  accepted boolean;
  chosen ledger.step;
begin
  select * into found_row from ledger.notification n
  where n.organization_id = replay.organization_id and n.notification_id = replay.notification_id
  for update;
  if not found then
    raise exception 'no notification % of organization %', notification_id, organization_id using errcode = 'no_data_found';
  end if;
  if found_row.finalized_at is null then
    raise exception 'notification % is %, not final: nothing to replay', notification_id, found_row.state
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  if found_row.record_id is null then
    raise exception 'notification % names no record: nothing to replay', notification_id
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  accepted := exists (select from ledger.provisioning p
    where p.organization_id = replay.organization_id and p.order_id = found_row.record_id and p.state = 'accepted');
  chosen := coalesce(to_step, case when found_row.failed_step = 'write_back' and accepted then 'write_back' else 'callback' end::ledger.step);
  if chosen = 'write_back' and not accepted then
    raise exception 'record % was not accepted in WHMCS: nothing to report, replay it at callback', found_row.record_id
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  insert into ledger.replayed (organization_id, notification_id, replay_no, from_state, to_step, reason, requested_by)
  select replay.organization_id, replay.notification_id, count(*) + 1, found_row.state, chosen, replay.reason, replay.requested_by
  from ledger.replayed r where r.organization_id = replay.organization_id and r.notification_id = replay.notification_id;
  update ledger.notification n
  set state = 'pending', step = chosen, attempts = 0, next_attempt_at = now(), finalized_at = null,
    failed_step = null, error_code = null, error_message = null, superseded_by = null
  where n.organization_id = replay.organization_id and n.notification_id = replay.notification_id;
  return chosen;
end
$$;

revoke all on function ledger.replay from public;

-- Roles belong to the server, not to the database: made when they are missing and when we may; sql/dba/roles.sql for the rest.
do $$
begin
  if not exists (select from pg_roles where rolname = 'ledger_reader') then create role ledger_reader nologin; end if;
  if not exists (select from pg_roles where rolname = 'ledger_operator') then create role ledger_operator nologin; end if;
  grant ledger_reader to ledger_operator;
  grant usage on schema ledger to ledger_reader;
  grant select on ledger.overview, ledger.inbox, ledger.dead_letters, ledger.attempts, ledger.throughput, ledger.provisionings,
    ledger.replayed, ledger.pause to ledger_reader;
  grant execute on function ledger.replay to ledger_operator;
exception
  when insufficient_privilege then
    raise notice 'roles ledger_reader and ledger_operator were not made: run sql/dba/roles.sql as a superuser';
  when unique_violation or duplicate_object then
    raise notice 'roles were being made by another session';
end
$$;
