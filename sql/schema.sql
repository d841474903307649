-- The schema of the ledger, made from the catalogs by `npm run schema`. To read, not to run: sql/migrations is run.
-- A test fails when it is out of date.

create type ledger.provisioning_state as enum ('sending', 'refused', 'added', 'accepted');

create type ledger.state as enum ('pending', 'working', 'completed', 'dead', 'ignored', 'superseded');

create type ledger.step as enum ('callback', 'provision', 'write_back');

create sequence ledger.message_id as bigint;

create sequence ledger.migration_id_seq as integer;

create table ledger.attempt (
  organization_id text collate "C" not null,
  notification_id text collate "C" not null,
  attempt_no integer not null,
  step ledger.step not null,
  worker text not null,
  started_at timestamp with time zone not null,
  finished_at timestamp with time zone not null default now(),
  outcome text not null,
  code text,
  message text,
  constraint attempt_pk PRIMARY KEY (organization_id, notification_id, attempt_no),
  constraint attempt_outcome_known CHECK ((outcome = ANY (ARRAY['advanced'::text, 'completed'::text, 'ignored'::text, 'waiting'::text, 'retry'::text, 'paused'::text, 'gave_up'::text, 'dead'::text, 'lost'::text, 'released'::text])))
);

create table ledger.message (
  organization_id text collate "C" not null,
  message_id bigint not null,
  source text not null,
  action_id text collate "C" not null,
  session bytea,
  enterprise_url text,
  partner_url text,
  received_at timestamp with time zone not null default now(),
  constraint message_pk PRIMARY KEY (organization_id, message_id),
  constraint organization_id_has_18 CHECK ((length(organization_id) = 18))
);
CREATE INDEX message_with_session ON ledger.message USING btree (organization_id, message_id) WHERE (session IS NOT NULL);

create table ledger.migration (
  id integer not null default nextval('ledger.migration_id_seq'::regclass),
  name character varying(255) not null,
  run_on timestamp without time zone not null,
  constraint migration_pkey PRIMARY KEY (id)
);

create table ledger.notification (
  organization_id text collate "C" not null,
  notification_id text collate "C" not null,
  state ledger.state not null default 'pending'::ledger.state,
  step ledger.step not null default 'callback'::ledger.step,
  attempts integer not null default 0,
  lease_no integer not null default 0,
  lease_holder text,
  leased_at timestamp with time zone,
  lease_until timestamp with time zone,
  next_attempt_at timestamp with time zone default now(),
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
  received_at timestamp with time zone not null default now(),
  finalized_at timestamp with time zone,
  constraint notification_pk PRIMARY KEY (organization_id, notification_id),
  constraint finalized_iff_final CHECK (((state = ANY (ARRAY['completed'::ledger.state, 'dead'::ledger.state, 'ignored'::ledger.state, 'superseded'::ledger.state])) = (finalized_at IS NOT NULL))),
  constraint lease_iff_working CHECK ((((state = 'working'::ledger.state) = (lease_holder IS NOT NULL)) AND ((state = 'working'::ledger.state) = (lease_until IS NOT NULL)) AND ((state <> 'working'::ledger.state) OR (leased_at IS NOT NULL)))),
  constraint notification_id_has_18 CHECK ((length(notification_id) = 18)),
  constraint open_has_record CHECK (((state <> ALL (ARRAY['pending'::ledger.state, 'working'::ledger.state])) OR (record_id IS NOT NULL))),
  constraint record_id_has_18 CHECK ((length(record_id) = 18)),
  constraint scheduled_iff_open CHECK (((state = ANY (ARRAY['pending'::ledger.state, 'working'::ledger.state])) = (next_attempt_at IS NOT NULL))),
  constraint superseded_by_iff_superseded CHECK (((state = 'superseded'::ledger.state) = (superseded_by IS NOT NULL)))
) with (fillfactor=80);
CREATE INDEX notification_arrived ON ledger.notification USING btree (organization_id, received_at);
CREATE INDEX notification_due ON ledger.notification USING btree (step, next_attempt_at) WHERE (state = 'pending'::ledger.state);
CREATE INDEX notification_ended_otherwise ON ledger.notification USING btree (organization_id, state, received_at) WHERE (state = ANY (ARRAY['dead'::ledger.state, 'ignored'::ledger.state, 'superseded'::ledger.state]));
CREATE INDEX notification_error ON ledger.notification USING btree (organization_id, error_code, received_at) WHERE (error_code IS NOT NULL);
CREATE INDEX notification_finalized ON ledger.notification USING btree (organization_id, finalized_at) WHERE (finalized_at IS NOT NULL);
CREATE INDEX notification_message ON ledger.notification USING btree (organization_id, message_id);
CREATE INDEX notification_record ON ledger.notification USING btree (organization_id, record_id, received_at);
CREATE UNIQUE INDEX one_provisioning_per_client ON ledger.notification USING btree (organization_id, whmcs_client_id) WHERE ((state = 'working'::ledger.state) AND (step = 'provision'::ledger.step));
CREATE UNIQUE INDEX one_working_per_record ON ledger.notification USING btree (organization_id, record_id) WHERE (state = 'working'::ledger.state);

create table ledger.pause (
  step ledger.step not null,
  until timestamp with time zone not null,
  code text not null,
  message text not null,
  worker text not null,
  since timestamp with time zone not null default now(),
  constraint pause_pk PRIMARY KEY (step)
);

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
  service_ids jsonb not null default '{}'::jsonb,
  sent_at timestamp with time zone not null default now(),
  looked_at timestamp with time zone,
  added_at timestamp with time zone,
  accept_sent_at timestamp with time zone,
  accepted_at timestamp with time zone,
  constraint provisioning_pk PRIMARY KEY (organization_id, order_id),
  constraint accepted_at_iff_accepted CHECK (((state = 'accepted'::ledger.provisioning_state) = (accepted_at IS NOT NULL))),
  constraint order_id_has_18 CHECK ((order_id ~ '^[a-zA-Z0-9]{18}$'::text)),
  constraint whmcs_order_iff_added CHECK (((state = ANY (ARRAY['added'::ledger.provisioning_state, 'accepted'::ledger.provisioning_state])) = (whmcs_order_id IS NOT NULL)))
) with (fillfactor=80);
CREATE UNIQUE INDEX one_order_per_whmcs_order ON ledger.provisioning USING btree (organization_id, whmcs_order_id) WHERE (whmcs_order_id IS NOT NULL);

create table ledger.replayed (
  organization_id text collate "C" not null,
  notification_id text collate "C" not null,
  replay_no integer not null,
  from_state ledger.state not null,
  to_step ledger.step not null,
  reason text not null,
  requested_by text not null,
  requested_at timestamp with time zone not null default now(),
  constraint replayed_pk PRIMARY KEY (organization_id, notification_id, replay_no),
  constraint reason_given CHECK ((reason ~ '\S'::text))
);

create table ledger.snapshot (
  organization_id text collate "C" not null,
  record_id text collate "C" not null,
  notification_id text collate "C" not null,
  content jsonb not null,
  taken_at timestamp with time zone not null default now(),
  constraint snapshot_pk PRIMARY KEY (organization_id, record_id)
);

create view ledger.attempts as
 SELECT a.outcome,
    a.step,
    a.code,
    a.message,
    n.record_id,
    a.organization_id,
    a.notification_id,
    a.attempt_no,
    a.worker,
    a.started_at,
    a.finished_at,
    (a.finished_at - a.started_at) AS took
   FROM (ledger.attempt a
     JOIN ledger.notification n USING (organization_id, notification_id));

create view ledger.dead_letters as
 SELECT n.step,
    n.error_code,
    n.error_message,
    n.record_type,
    n.record_id,
    n.whmcs_order_id,
    p.state AS provisioning,
    n.organization_id,
    n.notification_id,
    ( SELECT (count(*))::integer AS count
           FROM ledger.replayed r
          WHERE ((r.organization_id = n.organization_id) AND (r.notification_id = n.notification_id))) AS replays,
    n.received_at,
    n.finalized_at
   FROM (ledger.notification n
     LEFT JOIN ledger.provisioning p ON (((p.organization_id = n.organization_id) AND (p.order_id = n.record_id))))
  WHERE (n.state = 'dead'::ledger.state);

create view ledger.inbox as
 SELECT state,
    step,
    attempts,
    record_type,
    record_id,
    error_code,
    error_message,
    whmcs_order_id,
    organization_id,
    notification_id,
    source,
    superseded_by,
    lease_holder,
    lease_until,
    received_at,
    next_attempt_at,
    finalized_at
   FROM ledger.overview
  WHERE (state = ANY (ARRAY['pending'::ledger.state, 'working'::ledger.state]));

create view ledger.organizations as
 WITH RECURSIVE found AS (
        ( SELECT n.organization_id
           FROM ledger.notification n
          ORDER BY n.organization_id
         LIMIT 1)
        UNION ALL
         SELECT ( SELECT n.organization_id
                   FROM ledger.notification n
                  WHERE (n.organization_id > f.organization_id)
                  ORDER BY n.organization_id
                 LIMIT 1) AS organization_id
           FROM found f
          WHERE (f.organization_id IS NOT NULL)
        )
 SELECT organization_id
   FROM found
  WHERE (organization_id IS NOT NULL);

create view ledger.overview as
 SELECT n.state,
    n.step,
    n.attempts,
    n.record_type,
    n.record_id,
    n.error_code,
    n.error_message,
    n.whmcs_order_id,
    n.organization_id,
    n.notification_id,
    m.source,
    n.superseded_by,
    n.lease_holder,
    n.lease_until,
    n.received_at,
    n.next_attempt_at,
    n.finalized_at
   FROM (ledger.notification n
     JOIN ledger.message m USING (organization_id, message_id));

create view ledger.provisionings as
 SELECT state,
    order_id,
    whmcs_client_id,
    whmcs_order_id,
    sends,
    looks,
    adopted,
    service_ids,
    request,
    organization_id,
    sent_at,
    looked_at,
    added_at,
    accepted_at
   FROM ledger.provisioning;

create view ledger.throughput as
 SELECT h.minute,
    sum(h.received) AS received,
    sum(h.completed) AS completed,
    sum(h.dead) AS dead
   FROM (ledger.organizations o
     CROSS JOIN LATERAL ( SELECT date_trunc('minute'::text, n.received_at) AS minute,
            1 AS received,
            0 AS completed,
            0 AS dead
           FROM ledger.notification n
          WHERE ((n.organization_id = o.organization_id) AND (n.received_at > (now() - '1 day'::interval)))
        UNION ALL
         SELECT date_trunc('minute'::text, n.finalized_at) AS date_trunc,
            0,
            ((n.state = 'completed'::ledger.state))::integer AS int4,
            ((n.state = 'dead'::ledger.state))::integer AS int4
           FROM ledger.notification n
          WHERE ((n.organization_id = o.organization_id) AND (n.finalized_at > (now() - '1 day'::interval)))) h)
  GROUP BY h.minute;

CREATE OR REPLACE FUNCTION ledger.replay(organization_id text, notification_id text, reason text, to_step ledger.step DEFAULT NULL::ledger.step, requested_by text DEFAULT SESSION_USER)
 RETURNS ledger.step
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  found_row ledger.notification;
  accepted boolean;
  chosen ledger.step;
  named text := nullif(btrim(requested_by), '');
  who text := case when named <> session_user then format('%s (as %s)', named, session_user) else session_user end;
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
  select replay.organization_id, replay.notification_id, count(*) + 1, found_row.state, chosen, replay.reason, who
  from ledger.replayed r where r.organization_id = replay.organization_id and r.notification_id = replay.notification_id;
  update ledger.notification n
  set state = 'pending', step = chosen, attempts = 0, next_attempt_at = now(), finalized_at = null,
    failed_step = null, error_code = null, error_message = null, superseded_by = null
  where n.organization_id = replay.organization_id and n.notification_id = replay.notification_id;
  return chosen;
end
$function$
;

grant usage on schema ledger to ledger_reader;

grant select on ledger.attempts to ledger_reader;
grant select on ledger.dead_letters to ledger_reader;
grant select on ledger.inbox to ledger_reader;
grant select on ledger.organizations to ledger_reader;
grant select on ledger.overview to ledger_reader;
grant select on ledger.pause to ledger_reader;
grant select on ledger.provisionings to ledger_reader;
grant select on ledger.replayed to ledger_reader;
grant select on ledger.throughput to ledger_reader;

grant execute on function ledger.replay to ledger_operator;
