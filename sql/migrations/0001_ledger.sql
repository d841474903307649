-- Up Migration
-- The ledger. Tables are private and may change; the views are the promise (see sql/README.md). The record is apart from
-- the queue: what arrived is never changed, what is open is one narrow row a record, what has ended is a row that is
-- written once. Every key starts with organization_id, so that the tables can be distributed by it.

create type ledger.state as enum ('pending', 'working', 'completed', 'dead', 'ignored', 'superseded', 'dismissed');
create type ledger.step as enum ('callback', 'provision', 'write_back');
create type ledger.priority as enum ('critical', 'normal', 'batch');
create type ledger.provisioning_state as enum ('sending', 'refused', 'added', 'accepted');

-- Of the notification that waits for the lease of its record to end: what its work needs to know.
create type ledger.arrival as (message_id bigint, received_at timestamptz, lease_no integer, replayed boolean, has_data boolean);

create sequence ledger.message_id as bigint;

create table ledger.message (
  organization_id text collate "C" not null,
  message_id bigint not null,
  source text not null,
  action_id text collate "C" not null,
  session bytea,
  has_session boolean generated always as (session is not null) stored,
  enterprise_url text,
  partner_url text,
  received_at timestamptz not null default now(),
  constraint message_pk primary key (organization_id, message_id),
  constraint organization_id_has_18 check (length(organization_id) = 18)
);
-- Nearly all comes through one door, and is in none of this.
create index message_by_source on ledger.message (organization_id, source, received_at) where source <> 'outbound-message';
create index message_with_session on ledger.message (organization_id, message_id) where session is not null;

comment on table ledger.message is 'A delivery that brought something new. Written once, but for its session.';
comment on column ledger.message.organization_id is 'Id of the Salesforce organization, 18 characters; so in every table.';
comment on column ledger.message.source is 'The door that it came through.';
comment on column ledger.message.action_id is 'Id of the workflow action or flow that sent it.';
comment on column ledger.message.session is 'Sealed; the key is not in the database. Gone when the last notification has ended. Never copy it.';

-- The id alone is no key: whoever sends the id of a real notification first, with another record or with none, must not
-- keep the real one from being worked on.
-- Vacuum comes after 20,000 new rows. By default it would wait for a fifth of the table, and until it has been there whoever counts
-- what came within the hour looks each row up: at ten million rows that took half a second. So it is with outcome.
create table ledger.notification (
  organization_id text collate "C" not null,
  notification_id text collate "C" not null,
  record_id text collate "C" not null,
  message_id bigint not null,
  priority ledger.priority not null default 'normal',
  record_type text collate "C" not null,
  fields jsonb not null,
  received_at timestamptz not null default now(),
  constraint notification_pk primary key (organization_id, notification_id, record_id),
  constraint notification_id_has_18 check (length(notification_id) = 18),
  constraint record_id_has_18 check (length(record_id) in (0, 18))
) with (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000);
-- The record first: whoever asks at psql for one does not think of its organization.
create index notification_record on ledger.notification (record_id, organization_id, received_at);
create index notification_message on ledger.notification (organization_id, message_id);
create index notification_arrived on ledger.notification (organization_id, received_at);
create index notification_by_priority on ledger.notification (organization_id, priority, received_at) where priority <> 'normal';

comment on table ledger.notification is 'What arrived, as it arrived. Inserted, never updated; it is what recognises a redelivery.';
comment on column ledger.notification.record_id is 'Empty when the record was deleted before the message was sent.';
comment on column ledger.notification.message_id is 'The delivery that brought it first.';
comment on column ledger.notification.priority is 'As it arrived; that of its work may have been changed since.';
comment on column ledger.notification.fields is 'Field values as the message had them.';

-- Small, always in motion, empty most of the time. Room in each page keeps claims and renewals HOT: no index has their
-- columns. notification_id and lease_no are the guard of whoever holds the lease; the number counts attempts, too.
-- What a worker needs of the notification is copied: a row that was changed since a statement began may name one that the
-- statement does not see.
create table ledger.work (
  organization_id text collate "C" not null,
  record_id text collate "C" not null,
  notification_id text collate "C" not null,
  message_id bigint not null,
  record_type text collate "C" not null,
  step ledger.step not null default 'callback',
  priority ledger.priority not null default 'normal',
  due_at timestamptz not null default now(),
  received_at timestamptz not null default now(),
  leased_at timestamptz,
  lease_until timestamptz,
  lease_holder text,
  lease_no integer not null default 0,
  attempts integer not null default 0,
  replayed boolean not null default false,
  has_data boolean not null default false,
  whmcs_client_id text,
  failed_step ledger.step,
  error_code text,
  error_message text,
  superseded_id text collate "C",
  next_notification_id text collate "C",
  next_arrival ledger.arrival,
  constraint work_pk primary key (organization_id, record_id),
  constraint work_has_record check (length(record_id) = 18),
  constraint lease_is_whole check (
    (lease_holder is null) = (lease_until is null) and (lease_holder is null or leased_at is not null)),
  constraint next_waits_for_lease check (next_notification_id is null or lease_holder is not null),
  -- A row is null where all of it is, and not null where nothing of it is.
  constraint next_is_whole check (case when next_notification_id is null then next_arrival is null else next_arrival is not null end),
  constraint provision_has_client check (step <> 'provision' or whmcs_client_id is not null)
) with (fillfactor = 40, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500, autovacuum_analyze_scale_factor = 0.2);
-- The condition is always true. Only who asks for the time is given this index: whoever looked a record up by a plan that
-- was made while the table was empty would else read all of the organization by it, for there all indexes are equal.
create index work_due on ledger.work (organization_id, step, priority, due_at) where due_at is not null;

comment on table ledger.work is 'The queue: one row for each record with something to do. Never change it by hand.';
comment on column ledger.work.notification_id is 'The notification that is worked on, or waits for it.';
comment on column ledger.work.next_notification_id is 'A newer one, which arrived while a worker had the lease. It is next.';
comment on column ledger.work.next_arrival is 'What its work needs to know of it.';
comment on column ledger.work.superseded_id is 'The notification that the newest one superseded as it arrived.';
comment on column ledger.work.due_at is 'Claimed at this time or later, in this order within a step and priority. A leased row keeps it.';
comment on column ledger.work.lease_no is 'Rises with every claim of this notification; also the number of its attempt.';
comment on column ledger.work.attempts is 'Failed tries of this step.';
comment on column ledger.work.has_data is 'The message held more of the record than its id.';
comment on column ledger.work.whmcs_client_id is 'Known when the record was read before.';
comment on column ledger.work.replayed is 'A person has put it back to work.';
comment on column ledger.work.failed_step is 'The step that gave up, while write_back tells Salesforce of it.';
comment on column ledger.work.error_code is 'Why it was not done the last time.';

-- WHMCS sees one order of a client at a time.
create table ledger.client_lease (
  organization_id text collate "C" not null,
  whmcs_client_id text not null,
  record_id text collate "C" not null,
  constraint client_lease_pk primary key (organization_id, whmcs_client_id)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

comment on table ledger.client_lease is 'A WHMCS client whose order is being provisioned; gone when the lease of that record ends.';

-- The columns that are searched are sorted by byte, and by that only the letters of ASCII would have a lower case.
create function ledger.folded(text text) returns text
language sql immutable strict parallel safe
return lower($1 collate "default") collate "C";
comment on function ledger.folded is 'A text in lower case, as the locale of the database has it: for what is searched without regard to case.';

-- What contains a text contains all of its pieces, so that an index by them finds a word in the middle of millions of texts.
-- pg_trgm does the same, but not everybody may install it.
create function ledger.trigrams(text text) returns text[]
language sql immutable strict parallel safe
return array(select distinct substr(t.folded, i, 3) from (select ledger.folded($1) as folded) as t cross join generate_series(1, length(t.folded) - 2) as i);
comment on function ledger.trigrams is 'The pieces of three characters of a text, in lower case: for the indexes that search texts.';

create table ledger.outcome (
  organization_id text collate "C" not null,
  notification_id text collate "C" not null,
  record_id text collate "C" not null,
  state ledger.state not null,
  step ledger.step not null,
  attempts integer not null default 0,
  error_code text,
  error_message text,
  whmcs_order_id text,
  superseded_by text collate "C",
  received_at timestamptz not null,
  finalized_at timestamptz not null default now(),
  constraint outcome_pk primary key (organization_id, notification_id, record_id),
  constraint outcome_is_final check (state not in ('pending', 'working')),
  constraint superseded_by_iff_superseded check ((state = 'superseded') = (superseded_by is not null)),
  constraint dead_has_reason check (state <> 'dead' or error_code is not null)
) with (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000);
-- With what is counted by time: no row has to be looked at. The condition is always true: see work_due.
create index outcome_finalized on ledger.outcome (organization_id, finalized_at, state, step) where finalized_at is not null;
-- Only rows that ended otherwise than completed are in these: an order that goes well costs nothing here.
create index outcome_otherwise on ledger.outcome (organization_id, state, received_at) where state <> 'completed';
create index outcome_error on ledger.outcome (organization_id, error_code, received_at) where error_code is not null;
-- By state: a word that all of one have would be looked up in each of its rows for those of another.
create index outcome_dead_text on ledger.outcome using gin (ledger.trigrams(error_message)) with (gin_pending_list_limit = 1024)
  where state = 'dead' and error_message is not null;
create index outcome_ignored_text on ledger.outcome using gin (ledger.trigrams(error_message)) with (gin_pending_list_limit = 1024)
  where state = 'ignored' and error_message is not null;
create index outcome_aside_text on ledger.outcome using gin (ledger.trigrams(error_message)) with (gin_pending_list_limit = 1024)
  where state in ('superseded', 'dismissed') and error_message is not null;
create index outcome_dead on ledger.outcome (organization_id, step, error_code, finalized_at) where state = 'dead';
-- Of what completed only what Salesforce knew to be provisioned is in these: it has no provisioning of ours.
create index outcome_at_callback on ledger.outcome (organization_id, received_at) where state = 'completed' and step <> 'write_back';
create index outcome_known_before on ledger.outcome (organization_id, whmcs_order_id) where whmcs_order_id is not null and step <> 'write_back';
-- As the view ledger.dead_letters has the time. With a second column, since the planner takes rows in the order of an index of
-- one for neighbours, and looked up all dead letters for whatever asked of them.
create index outcome_dead_lately on ledger.outcome ((finalized_at::timestamptz(0)), organization_id) where state = 'dead';
create index outcome_dead_of_record on ledger.outcome (organization_id, record_id) where state = 'dead';

-- What ended at one step, or with one code, is most of a state or none of it: without this the planner takes each for chance,
-- and looks through all dead letters for those of a step where nothing died.
create statistics ledger.outcome_kinds (mcv) on state, step, error_code from ledger.outcome;
comment on statistics ledger.outcome_kinds is 'How often each state, step and code come together, for the planner.';

comment on table ledger.outcome is 'How a notification ended. Taken away when it is replayed; a dead letter may be dismissed or superseded yet.';
comment on column ledger.outcome.step is 'Where it ended; of a dead letter the step that gave up.';
comment on column ledger.outcome.superseded_by is 'The notification of the same record that carries on.';
comment on column ledger.outcome.received_at is 'That of the notification.';

create table ledger.snapshot (
  organization_id text collate "C" not null,
  record_id text collate "C" not null,
  notification_id text collate "C" not null,
  content jsonb not null,
  taken_at timestamptz not null default now(),
  order_number text collate "C" generated always as (content ->> 'orderNumber') stored,
  account_name text collate "C" generated always as (content -> 'account' ->> 'name') stored,
  constraint snapshot_pk primary key (organization_id, record_id)
);
create index snapshot_order_number on ledger.snapshot (organization_id, order_number);
create index snapshot_account_name on ledger.snapshot (organization_id, ledger.folded(account_name));

comment on table ledger.snapshot is 'An order as callback read it last, for provision and for people who search.';
comment on column ledger.snapshot.notification_id is 'The notification that it was read for.';

-- An account orders many times: its name is looked for among the names, and not among the orders.
create table ledger.account_name (
  organization_id text collate "C" not null,
  name text collate "C" not null,
  constraint account_name_pk primary key (organization_id, name)
);
create index account_name_text on ledger.account_name using gin (ledger.trigrams(name)) with (gin_pending_list_limit = 1024);

comment on table ledger.account_name is 'The names of the accounts of the orders in ledger.snapshot, for people who search.';
comment on column ledger.account_name.name is 'In lower case.';

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

comment on table ledger.provisioning is 'The intent of an order, written before AddOrder is sent. What exactly-once stands on: it stays for ever.';
comment on column ledger.provisioning.request is 'What was asked of WHMCS.';
comment on column ledger.provisioning.prior_order_ids is 'Ids of the orders that the client had in WHMCS before. None once it is accepted: nobody has to look for it any more.';
comment on column ledger.provisioning.sends is 'How often AddOrder was sent.';
comment on column ledger.provisioning.looks is 'How often WHMCS was searched in vain since.';
comment on column ledger.provisioning.adopted is 'It was found in WHMCS, and not made by the answer that we got.';
comment on column ledger.provisioning.service_ids is 'WHMCS service id by Salesforce order item id.';

create table ledger.attempt (
  organization_id text collate "C" not null,
  notification_id text collate "C" not null,
  record_id text collate "C" not null,
  attempt_no integer not null,
  step ledger.step not null,
  worker text not null,
  started_at timestamptz not null,
  finished_at timestamptz not null default now(),
  outcome text not null,
  code text,
  message text,
  constraint attempt_pk primary key (organization_id, notification_id, record_id, attempt_no),
  constraint attempt_outcome_known check (outcome in
    ('advanced', 'completed', 'ignored', 'waiting', 'retry', 'paused', 'gave_up', 'dead', 'lost', 'released'))
);
comment on table ledger.attempt is 'Everything that was tried. Inserted, never updated.';
comment on column ledger.attempt.worker is 'The process that had the lease: host, process id, random.';

-- Acts of people and of their tokens. One that is about no notification has no ids; one that is about no organization, as a
-- sign-in is, has an empty organization_id. login is what Postgres knows: nobody can name another one.
create table ledger.audit (
  organization_id text collate "C" not null default '',
  audit_id bigint generated always as identity,
  at timestamptz not null default now(),
  act text not null,
  actor text not null,
  login text not null default session_user,
  via text not null,
  token_id text,
  subject text,
  address text,
  reason text,
  notification_id text collate "C",
  record_id text collate "C",
  detail jsonb not null default '{}',
  constraint audit_pk primary key (organization_id, audit_id),
  constraint via_known check (via in ('cli', 'sql', 'api', 'page')),
  constraint reason_given check (coalesce(reason ~ '\S', act not in ('replay', 'resolve', 'dismiss')))
);
create index audit_notification on ledger.audit (organization_id, record_id, notification_id) where record_id is not null;
-- A person asks for the newest of all organizations.
create index audit_in_order on ledger.audit (audit_id);
create index audit_of_actor on ledger.audit (actor, audit_id);
create index audit_of_act on ledger.audit (act, audit_id);
create index audit_general on ledger.audit (organization_id, at) where notification_id is null;

comment on table ledger.audit is 'Who did what, to which, why and from where. Inserted, never updated.';
comment on column ledger.audit.organization_id is 'Empty: the act is about no organization.';
comment on column ledger.audit.audit_id is 'Rises with time; what begins first may commit later.';
comment on column ledger.audit.at is 'When.';
comment on column ledger.audit.act is 'replay, dismiss, resolve, priority, pause, resume, change by hand, and so on.';
comment on column ledger.audit.actor is 'The person, or the name of the token.';
comment on column ledger.audit.login is 'The login of the database session, which Postgres itself has checked.';
comment on column ledger.audit.via is 'cli, api or page: what the program says of itself. sql: a session of the database.';
comment on column ledger.audit.token_id is 'Id of the API token.';
comment on column ledger.audit.subject is 'The subject of the OpenID Connect sign-in.';
comment on column ledger.audit.address is 'The address that the request came from.';
comment on column ledger.audit.reason is 'Why, in the words of the actor.';
comment on column ledger.audit.notification_id is 'The notification that it was done to.';
comment on column ledger.audit.record_id is 'Its record; empty where it names none.';
comment on column ledger.audit.detail is 'What else there is to say, by the kind of the act.';

create table ledger.pause (
  organization_id text collate "C" not null,
  step ledger.step not null,
  until timestamptz not null,
  code text not null,
  message text not null,
  worker text not null,
  since timestamptz not null default now(),
  by_person boolean not null default false,
  constraint pause_pk primary key (organization_id, step, by_person)
);
comment on table ledger.pause is 'A step that stands still until then: the other system is down or refuses us, or a person has stopped it.';
comment on column ledger.pause.until is 'infinity: until a person resumes it.';
comment on column ledger.pause.worker is 'The process that met the cause, or the person.';
comment on column ledger.pause.by_person is 'No process ends it by itself.';

-- What has no organization to ask for is asked of each of them, a probe of the index each.
create view ledger.organizations as
with recursive found as (
  (select n.organization_id from ledger.notification n order by n.organization_id limit 1)
  union all
  select (select n.organization_id from ledger.notification n
    where n.organization_id > f.organization_id order by n.organization_id limit 1)
  from found f where f.organization_id is not null
)
select organization_id from found where organization_id is not null;
comment on view ledger.organizations is 'The Salesforce organizations that have sent something.';

-- One that waits for its turn while another of its record is worked on is due when that lease ends, or before.
create view ledger.overview as
select coalesce(o.state, case when w.lease_until is not null and w.notification_id = n.notification_id then 'working' else 'pending' end::ledger.state) as state,
  coalesce(o.step, case when w.notification_id = n.notification_id then w.step else 'callback' end::ledger.step) as step,
  coalesce(o.attempts, case when w.notification_id = n.notification_id then w.attempts else 0 end) as attempts,
  s.order_number, n.record_id,
  coalesce(o.error_code, case when w.notification_id = n.notification_id then w.error_code end) as error_code,
  coalesce(o.whmcs_order_id, p.whmcs_order_id) as whmcs_order_id,
  n.received_at, n.notification_id, n.organization_id, coalesce(w.priority, n.priority) as priority, m.source, n.record_type,
  case when w.notification_id = n.notification_id then w.due_at else w.lease_until end as next_attempt_at,
  o.finalized_at, o.superseded_by,
  case when w.notification_id = n.notification_id then w.lease_holder end as lease_holder,
  case when w.notification_id = n.notification_id then w.lease_until end as lease_until,
  s.account_name,
  coalesce(o.error_message, case when w.notification_id = n.notification_id then w.error_message end) as error_message
from ledger.notification n
join ledger.message m on m.organization_id = n.organization_id and m.message_id = n.message_id
left join ledger.outcome o on o.organization_id = n.organization_id and o.notification_id = n.notification_id and o.record_id = n.record_id
left join ledger.work w on w.organization_id = n.organization_id and w.record_id = n.record_id
  and (w.notification_id = n.notification_id or w.next_notification_id = n.notification_id)
left join ledger.snapshot s on s.organization_id = n.organization_id and s.record_id = n.record_id
left join ledger.provisioning p on p.organization_id = n.organization_id and p.order_id = n.record_id;
comment on view ledger.overview is 'All of a notification, and where it stands. Too wide for psql: ledger.brief has what fits. Ask by record, by notification or by time; inbox and dead_letters have the rest.';

-- What programs were promised of overview takes twice the width of a screen. The time is as it is stored: an index has it.
create view ledger.brief as
select state, step, attempts, order_number, record_id, error_code, whmcs_order_id, received_at, notification_id, organization_id
from ledger.overview;
comment on view ledger.brief is 'A notification on one line at psql: the first columns of ledger.overview. Ask by record, by notification or by time.';

-- These are read at psql: what tells most comes first, times are whole seconds, and the long text is the last.
create view ledger.inbox as
select case when w.lease_until is null then 'pending' else 'working' end::ledger.state as state, w.step, w.attempts,
  s.order_number, w.record_id, w.error_code, w.received_at::timestamptz(0) as received_at, w.due_at::timestamptz(0) as next_attempt_at,
  w.organization_id, w.notification_id, w.error_message
from ledger.work w
left join ledger.snapshot s on s.organization_id = w.organization_id and s.record_id = w.record_id
union all
select 'pending', 'callback', 0, s.order_number, w.record_id, null, (w.next_arrival).received_at::timestamptz(0), w.lease_until::timestamptz(0), w.organization_id,
  w.next_notification_id, null
from ledger.work w
left join ledger.snapshot s on s.organization_id = w.organization_id and s.record_id = w.record_id
where w.next_notification_id is not null;
comment on view ledger.inbox is 'What is open: pending and working.';

create view ledger.dead_letters as
select o.step, o.error_code, s.order_number, nullif(o.record_id, '') as record_id, o.finalized_at::timestamptz(0) as finalized_at,
  (select count(*)::integer from ledger.audit a where a.organization_id = o.organization_id
    and a.notification_id = o.notification_id and a.record_id = o.record_id and a.act = 'replay') as replays,
  p.state as provisioning, o.organization_id, o.notification_id, o.error_message
from ledger.outcome o
left join ledger.snapshot s on s.organization_id = o.organization_id and s.record_id = o.record_id
left join ledger.provisioning p on p.organization_id = o.organization_id and p.order_id = o.record_id
where o.state = 'dead';
comment on view ledger.dead_letters is 'What waits for a person, with its error and how far WHMCS came.';

-- By way of the notification, which has an index by record.
create view ledger.attempts as
select a.outcome, a.step, a.code, a.attempt_no, n.record_id, a.started_at, a.finished_at - a.started_at as took,
  a.organization_id, a.notification_id, a.worker, a.message
from ledger.notification n
join ledger.attempt a on a.organization_id = n.organization_id and a.notification_id = n.notification_id and a.record_id = n.record_id;
comment on view ledger.attempts is 'One try of one step: worker, outcome, error, how long it took.';

create view ledger.throughput as
select h.minute, sum(h.received)::bigint as received, sum(h.completed)::bigint as completed, sum(h.dead)::bigint as dead
from ledger.organizations g
cross join lateral (
  select date_trunc('minute', n.received_at) as minute, 1 as received, 0 as completed, 0 as dead
  from ledger.notification n
  where n.organization_id = g.organization_id and n.received_at > now() - interval '1 day'
  union all
  select date_trunc('minute', o.finalized_at), 0, (o.state = 'completed')::integer, (o.state = 'dead')::integer
  from ledger.outcome o
  where o.organization_id = g.organization_id and o.finalized_at > now() - interval '1 day'
) as h
group by h.minute;
comment on view ledger.throughput is 'A minute of the last 24 hours: received, completed, dead.';

create view ledger.provisionings as
select state, order_id, whmcs_client_id, whmcs_order_id, sends, looks, adopted, sent_at, accepted_at, organization_id, added_at, looked_at,
  service_ids, request
from ledger.provisioning;
comment on view ledger.provisionings is 'An order: what was asked of WHMCS, and what is known of it.';

-- Puts a notification that has ended back to work. Where its record is open already it takes the row over, and the other
-- is superseded by it; where a worker has the lease it waits for its turn. Internal: who may, and when, is the caller's.
-- due_at is the clock's, not the transaction's: one that replays many takes long, and claims look little further back than
-- to the oldest that waits.
create function ledger.put_to_work(put ledger.outcome, to_step ledger.step, by_person boolean) returns ledger.step
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  last_attempt integer := coalesce((select max(a.attempt_no) from ledger.attempt a where a.organization_id = put.organization_id
    and a.notification_id = put.notification_id and a.record_id = put.record_id), 0);
  client text := case when to_step <> 'callback' then coalesce(
    (select p.whmcs_client_id from ledger.provisioning p where p.organization_id = put.organization_id and p.order_id = put.record_id),
    (select s.content -> 'account' ->> 'whmcsClientId' from ledger.snapshot s where s.organization_id = put.organization_id and s.record_id = put.record_id)) end;
  displaced text;
  waits boolean;
begin
  delete from ledger.outcome o
  where o.organization_id = put.organization_id and o.notification_id = put.notification_id and o.record_id = put.record_id;
  insert into ledger.work as w (organization_id, record_id, notification_id, message_id, record_type, step, priority, due_at, received_at,
    lease_no, replayed, has_data, whmcs_client_id)
  select put.organization_id, put.record_id, put.notification_id, n.message_id, n.record_type, to_step, n.priority, clock_timestamp(),
    n.received_at, last_attempt, by_person, n.fields <> '{}', client
  from ledger.notification n
  where n.organization_id = put.organization_id and n.notification_id = put.notification_id and n.record_id = put.record_id
  on conflict (organization_id, record_id) do update
  set superseded_id = case when w.lease_holder is null then w.notification_id else w.next_notification_id end,
    notification_id = case when w.lease_holder is null then excluded.notification_id else w.notification_id end,
    message_id = case when w.lease_holder is null then excluded.message_id else w.message_id end,
    received_at = case when w.lease_holder is null then excluded.received_at else w.received_at end,
    has_data = case when w.lease_holder is null then excluded.has_data else w.has_data end,
    replayed = case when w.lease_holder is null then excluded.replayed else w.replayed end,
    lease_no = case when w.lease_holder is null then excluded.lease_no else w.lease_no end,
    step = case when w.lease_holder is null then excluded.step else w.step end,
    priority = least(w.priority, excluded.priority),
    due_at = case when w.lease_holder is null then excluded.due_at else w.due_at end,
    attempts = case when w.lease_holder is null then 0 else w.attempts end,
    whmcs_client_id = case when w.lease_holder is null then coalesce(excluded.whmcs_client_id, w.whmcs_client_id) else w.whmcs_client_id end,
    failed_step = case when w.lease_holder is not null then w.failed_step end,
    error_code = case when w.lease_holder is not null then w.error_code end,
    error_message = case when w.lease_holder is not null then w.error_message end,
    next_notification_id = case when w.lease_holder is not null then excluded.notification_id end,
    next_arrival = case when w.lease_holder is not null then row(excluded.message_id, excluded.received_at, excluded.lease_no,
      excluded.replayed, excluded.has_data)::ledger.arrival end
  returning superseded_id, next_notification_id is not null into displaced, waits;
  if displaced is not null then
    insert into ledger.outcome (organization_id, notification_id, record_id, state, step, superseded_by, received_at)
    select put.organization_id, displaced, put.record_id, 'superseded', 'callback', put.notification_id, n.received_at
    from ledger.notification n
    where n.organization_id = put.organization_id and n.notification_id = displaced and n.record_id = put.record_id;
  end if;
  return case when waits then 'callback' else to_step end;
end
$$;
comment on function ledger.put_to_work is 'Internal: use ledger.replay.';

-- acting: name, via, tokenId, subject and address of who acts, as a program knows them; in a task its number, and the login
-- that started it. Without it the login acts. What a
-- program says is kept beside the login that it has: a record that the one who asks can write at will proves nothing.
create function ledger.write_audit(organization_id text, act text, acting jsonb, reason text default null,
  notification_id text default null, record_id text default null, detail jsonb default '{}')
returns void
language sql security definer set search_path = pg_catalog, pg_temp
as $$
insert into ledger.audit (organization_id, act, actor, via, token_id, subject, address, reason, notification_id, record_id, detail)
values ($1, $2, coalesce(nullif(btrim($3 ->> 'name'), ''), session_user), coalesce($3 ->> 'via', 'sql'), $3 ->> 'tokenId',
  $3 ->> 'subject', $3 ->> 'address', $4, $5, $6,
  $7 || jsonb_strip_nulls(jsonb_build_object('taskId', $3 -> 'taskId', 'startedBy', $3 -> 'startedBy')))
$$;
comment on function ledger.write_audit is 'Internal: keeps who did what. The functions that do it call this.';

-- The step is callback, which reads the order anew, unless only the report to Salesforce had failed; to_step decides
-- otherwise. Only what WHMCS accepted can be reported: write_back would tell Salesforce that the order is provisioned.
-- requested_by names a person to whoever calls it by hand; acting is for programs. record_id is needed only where the same
-- id came with several records.
create function ledger.replay(organization_id text, notification_id text, reason text, to_step ledger.step default null,
  requested_by text default null, record_id text default null, acting jsonb default null)
returns ledger.step
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  ended ledger.outcome;
  open_state ledger.state;
  accepted boolean;
  chosen ledger.step;
begin
  select * into ended from ledger.outcome o
  where o.organization_id = replay.organization_id and o.notification_id = replay.notification_id
    and (replay.record_id is null or o.record_id = replay.record_id)
  order by o.record_id = '', o.received_at desc
  limit 1
  for update;
  if not found then
    select v.state into open_state from ledger.overview v
    where v.organization_id = replay.organization_id and v.notification_id = replay.notification_id
      and (replay.record_id is null or v.record_id = replay.record_id)
    limit 1;
    if found then
      raise exception 'notification % is %, not final: nothing to replay', notification_id, open_state
        using errcode = 'object_not_in_prerequisite_state';
    end if;
    raise exception 'no notification % of organization %', notification_id, organization_id using errcode = 'no_data_found';
  end if;
  if ended.record_id = '' then
    raise exception 'notification % names no record: nothing to replay', notification_id
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  accepted := exists (select from ledger.provisioning p
    where p.organization_id = replay.organization_id and p.order_id = ended.record_id and p.state = 'accepted');
  chosen := coalesce(to_step, case when ended.state = 'dead' and ended.step = 'write_back' and accepted then 'write_back' else 'callback' end::ledger.step);
  if chosen = 'write_back' and not accepted then
    raise exception 'record % was not accepted in WHMCS: nothing to report, replay it at callback', ended.record_id
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  -- What was never read has no client: provision would send it to callback at once.
  if chosen = 'provision' and not exists (select from ledger.provisioning p
      where p.organization_id = replay.organization_id and p.order_id = ended.record_id)
    and not exists (select from ledger.snapshot s where s.organization_id = replay.organization_id and s.record_id = ended.record_id
      and s.content -> 'account' ->> 'whmcsClientId' is not null) then
    chosen := 'callback';
  end if;
  perform ledger.write_audit(organization_id, 'replay', coalesce(acting, jsonb_build_object('name', requested_by)), reason,
    notification_id, ended.record_id, jsonb_build_object('fromState', ended.state, 'toStep', chosen));
  return ledger.put_to_work(ended, chosen, true);
end
$$;
comment on function ledger.replay is 'Puts a notification that has ended back to work, with a fresh retry budget. Returns the step.';

-- What the door ignored, and now comes for work: with data, or of an organization that is served by now. One that a
-- worker has looked at stays as it ended.
create function ledger.reopen(organization_id text, notification_id text, record_id text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  ended ledger.outcome;
begin
  select * into ended from ledger.outcome o
  where o.organization_id = reopen.organization_id and o.notification_id = reopen.notification_id and o.record_id = reopen.record_id
    and o.record_id <> '' and o.state = 'ignored'
    and not exists (select from ledger.attempt a where a.organization_id = o.organization_id
      and a.notification_id = o.notification_id and a.record_id = o.record_id)
  for update;
  if not found then return false; end if;
  perform ledger.put_to_work(ended, 'callback', false);
  return true;
end
$$;
comment on function ledger.reopen is 'Internal: the recorder asks for it when a notification that was ignored at the door comes for work.';

-- Found once another server has taken over: for a time there may have been two ledgers, and an order was made from each.
-- It ended well here, and is a dead letter from now on, for a person to see to.
create function ledger.mark_duplicated(organization_id text, record_id text, message text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update ledger.outcome o set state = 'dead', step = 'provision', error_code = 'WHMCS_ORDER_DUPLICATED', error_message = $3
  where o.organization_id = $1 and o.record_id = $2 and o.state = 'completed'
    and o.notification_id = (select n.notification_id
      from ledger.notification n
      join ledger.outcome e using (organization_id, notification_id, record_id)
      where n.organization_id = $1 and n.record_id = $2 and e.state = 'completed'
      order by e.finalized_at desc
      limit 1);
  return found;
end
$$;
comment on function ledger.mark_duplicated is 'Internal: makes a dead letter of a completed order that WHMCS has twice.';

-- Removes up to 500 notifications of one organization that are final and old, the oldest first, with their attempts and
-- acts, and as many acts that are about none; the messages of which nothing is left, and the snapshots of records that nothing names any more. Nothing that
-- ended less than 7 days ago: a function, so that the service needs no right to delete history but this.
-- A replay that is on its way is passed by, one that has just been made is seen: the row is locked, and then judged again.
-- A dead letter whose order is half in WHMCS stays, dismissed or not: without it nobody would come to that order again.
-- Provisionings stay: exactly-once stands on them.
-- since: where the batch before ended. Without it each batch would read again over what those before it have removed.
-- Each part asks for the organization by itself: so it is one shard's statement where the tables are distributed. All of
-- them look up 500 rows by key, whatever the statistics say.
create function ledger.retire(organization_id text, kept_for interval, since timestamptz)
returns table (notifications integer, attempts integer, acts integer, messages integer, snapshots integer, until timestamptz)
language sql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
with old as materialized (
  select o.notification_id, o.record_id, o.finalized_at
  from ledger.outcome o
  where o.organization_id = $1 and o.finalized_at < now() - greatest($2, interval '7 days')
    and o.finalized_at >= coalesce($3, '-infinity'::timestamptz)
    and (o.state not in ('dead', 'dismissed') or coalesce((select p.state not in ('sending', 'added') from ledger.provisioning p
      where p.organization_id = $1 and p.order_id = o.record_id), true))
  order by o.finalized_at
  limit 500
  for update of o skip locked
), outcomes as (
  delete from ledger.outcome x using old o
  where x.organization_id = $1 and x.notification_id = o.notification_id and x.record_id = o.record_id
), removed as (
  delete from ledger.notification n using old o
  where n.organization_id = $1 and n.notification_id = o.notification_id and n.record_id = o.record_id
  returning n.message_id, n.record_id
), attempts as (
  delete from ledger.attempt a using old o
  where a.organization_id = $1 and a.notification_id = o.notification_id and a.record_id = o.record_id
  returning a.attempt_no
), acts as (
  delete from ledger.audit a using old o
  where a.organization_id = $1 and a.notification_id = o.notification_id and a.record_id = o.record_id
  returning a.audit_id
), other_acts as (
  delete from ledger.audit a
  where a.organization_id = $1 and a.audit_id = any (array(
    select i.audit_id from ledger.audit i
    where i.organization_id = $1 and i.notification_id is null and i.at < now() - greatest($2, interval '7 days')
    order by i.at limit 500))
), emptied as materialized (
  select g.message_id
  from (select r.message_id, count(*) as gone from removed r group by r.message_id) as g
  where g.gone = (select count(*) from ledger.notification n where n.organization_id = $1 and n.message_id = g.message_id)
), messages as (
  delete from ledger.message m using emptied e
  where m.organization_id = $1 and m.message_id = e.message_id
  returning m.message_id
), nameless as materialized (
  select g.record_id
  from (select r.record_id, count(*) as gone from removed r where r.record_id <> '' group by r.record_id) as g
  where g.gone = (select count(*) from ledger.notification n where n.organization_id = $1 and n.record_id = g.record_id)
), snapshots as (
  delete from ledger.snapshot s using nameless e
  where s.organization_id = $1 and s.record_id = e.record_id and s.taken_at < now() - greatest($2, interval '7 days')
  returning s.record_id, ledger.folded(s.account_name) as account
), names as (
  -- A first order of such an account that is being read right now is not seen: its name comes back with the next one.
  delete from ledger.account_name a
  where a.organization_id = $1 and a.name = any (array(select distinct account from snapshots where account is not null))
    and not exists (select from ledger.snapshot s where s.organization_id = $1 and ledger.folded(s.account_name) = a.name
      and s.record_id <> all (array(select record_id from snapshots)))
)
select (select count(*)::integer from old), (select count(*)::integer from attempts), (select count(*)::integer from acts),
  (select count(*)::integer from messages), (select count(*)::integer from snapshots), (select max(finalized_at) from old)
$$;
comment on function ledger.retire is 'Removes a batch of what is final and old. The service calls it.';

-- Tells the planner how big the tables are; plans that were kept are made anew. Where another process is at it, nothing.
create function ledger.analyze_tables() returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  filled text;
begin
  -- Of a table that was found empty the planner believes that it stays so, and then all of its indexes are equal; of one that
  -- nobody has looked at it believes nothing.
  select string_agg(t::text, ', ') into filled
  from unnest(array['ledger.message', 'ledger.notification', 'ledger.work', 'ledger.client_lease', 'ledger.outcome', 'ledger.attempt',
    'ledger.snapshot', 'ledger.account_name', 'ledger.provisioning', 'ledger.audit']::regclass[]) as t
  where pg_relation_size(t) > 0;
  if filled is not null then execute 'analyze (skip_locked) ' || filled; end if;
  return true;
end
$$;
comment on function ledger.analyze_tables is 'Tells the planner how big the tables are. The service calls it while they grow.';

revoke all on function ledger.put_to_work, ledger.write_audit, ledger.replay, ledger.reopen, ledger.mark_duplicated, ledger.retire, ledger.analyze_tables from public;

-- Roles belong to the server, not to the database: made when they are missing and when we may. sql/dba/roles.sql has the
-- same, for a superuser. Who may not make roles still gives them their rights, where somebody else has made them.
do $$
begin
  if not exists (select from pg_roles where rolname = 'ledger_reader') then create role ledger_reader nologin; end if;
  if not exists (select from pg_roles where rolname = 'ledger_operator') then create role ledger_operator nologin; end if;
  if not exists (select from pg_roles where rolname = 'ledger_service') then create role ledger_service nologin; end if;
  if not pg_has_role('ledger_operator', 'ledger_reader', 'member') then grant ledger_reader to ledger_operator; end if;
  if not pg_has_role('ledger_service', 'ledger_operator', 'member') then grant ledger_operator to ledger_service; end if;
exception
  when insufficient_privilege then
    raise warning 'this login may not make the roles ledger_reader, ledger_operator and ledger_service: run sql/dba/roles.sql as a superuser';
  when unique_violation or duplicate_object then
    raise notice 'the roles were being made by another session';
end
$$;
do $$
begin
  if exists (select from pg_roles where rolname = 'ledger_reader') then
    grant usage on schema ledger to ledger_reader;
    grant select on ledger.overview, ledger.brief, ledger.inbox, ledger.dead_letters, ledger.attempts, ledger.throughput, ledger.provisionings,
      ledger.organizations to ledger_reader;
    -- Everything but sessions: what the command line shows it asks of the tables.
    grant select on ledger.notification, ledger.work, ledger.outcome, ledger.snapshot, ledger.account_name, ledger.provisioning,
      ledger.attempt, ledger.audit, ledger.pause, ledger.migration to ledger_reader;
    grant select (organization_id, message_id, source, action_id, has_session, enterprise_url, partner_url, received_at) on ledger.message to ledger_reader;
  end if;
  if exists (select from pg_roles where rolname = 'ledger_operator') then
    grant execute on function ledger.replay to ledger_operator;
  end if;
  if exists (select from pg_roles where rolname = 'ledger_service') then
    grant usage on schema ledger to ledger_service;
    grant select on all tables in schema ledger to ledger_service;
    grant usage on sequence ledger.message_id to ledger_service;
    grant insert on ledger.message, ledger.notification, ledger.work, ledger.client_lease, ledger.outcome, ledger.snapshot,
      ledger.account_name, ledger.provisioning, ledger.attempt, ledger.pause to ledger_service;
    grant update on ledger.work, ledger.snapshot, ledger.provisioning, ledger.pause to ledger_service;
    grant update (session) on ledger.message to ledger_service;
    grant delete on ledger.work, ledger.client_lease, ledger.pause to ledger_service;
    grant execute on function ledger.reopen, ledger.mark_duplicated, ledger.retire, ledger.analyze_tables to ledger_service;
  end if;
end
$$;
