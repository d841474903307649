-- The schema of the ledger, made from the catalogs by `npm run schema`. To read, not to run: sql/migrations is run.
-- A test fails when it is out of date.

create type ledger.arrival as (message_id bigint, received_at timestamp with time zone, lease_no integer, replayed boolean, has_data boolean);

create type ledger.priority as enum ('critical', 'normal', 'batch');

create type ledger.provisioning_state as enum ('sending', 'refused', 'added', 'accepted');

create type ledger.state as enum ('pending', 'working', 'completed', 'dead', 'ignored', 'superseded', 'dismissed');

create type ledger.step as enum ('callback', 'provision', 'write_back');

create sequence ledger.audit_audit_id_seq as bigint;

create sequence ledger.event_event_no_seq as bigint;

create sequence ledger.message_id as bigint;

create sequence ledger.migration_id_seq as integer;

create sequence ledger.task_task_id_seq as bigint;

create table ledger.account_name (
  organization_id text collate "C" not null,
  name text collate "C" not null,
  constraint account_name_pk PRIMARY KEY (organization_id, name)
);
CREATE INDEX account_name_text ON ledger.account_name USING gin (ledger.trigrams(name)) WITH (gin_pending_list_limit='1024');

create table ledger.alert (
  organization_id text collate "C" not null,
  alert_id text collate "C" not null default ('alr_'::text || replace((gen_random_uuid())::text, '-'::text, ''::text)),
  kind text not null,
  category text not null,
  subject text collate "C" not null,
  state text not null default 'raised'::text,
  message text not null,
  value double precision,
  threshold double precision,
  raised_at timestamp with time zone not null default now(),
  seen_at timestamp with time zone not null default now(),
  resolved_at timestamp with time zone,
  raise_told_at timestamp with time zone,
  resolve_told_at timestamp with time zone,
  constraint alert_pk PRIMARY KEY (organization_id, alert_id),
  constraint alert_state_known CHECK ((state = ANY (ARRAY['raised'::text, 'resolved'::text]))),
  constraint resolved_at_iff_resolved CHECK (((state = 'resolved'::text) = (resolved_at IS NOT NULL)))
);
CREATE INDEX alert_open ON ledger.alert USING btree (seen_at) WHERE (state = 'raised'::text);
CREATE UNIQUE INDEX alert_raised_once ON ledger.alert USING btree (organization_id, kind, subject) WHERE (state = 'raised'::text);
CREATE INDEX alert_time ON ledger.alert USING btree (raised_at);
CREATE INDEX alert_untold ON ledger.alert USING btree (organization_id, raised_at) WHERE ((raise_told_at IS NULL) OR ((state = 'resolved'::text) AND (resolve_told_at IS NULL)));

create table ledger.attempt (
  organization_id text collate "C" not null,
  notification_id text collate "C" not null,
  record_id text collate "C" not null,
  attempt_no integer not null,
  step ledger.step not null,
  worker text not null,
  started_at timestamp with time zone not null,
  finished_at timestamp with time zone not null default now(),
  outcome text not null,
  code text,
  message text,
  constraint attempt_pk PRIMARY KEY (organization_id, notification_id, record_id, attempt_no),
  constraint attempt_outcome_known CHECK ((outcome = ANY (ARRAY['advanced'::text, 'completed'::text, 'ignored'::text, 'waiting'::text, 'retry'::text, 'paused'::text, 'gave_up'::text, 'dead'::text, 'lost'::text, 'released'::text])))
);
CREATE TRIGGER audit_by_hand AFTER DELETE OR UPDATE ON ledger.attempt FOR EACH ROW WHEN (((current_setting('application_name'::text) !~~ 'soapstone%'::text) AND ledger.is_by_hand())) EXECUTE FUNCTION ledger.audit_by_hand();

create table ledger.attempt_detail (
  organization_id text collate "C" not null,
  notification_id text collate "C" not null,
  record_id text collate "C" not null,
  attempt_no integer not null,
  exchanges jsonb not null,
  kept_at timestamp with time zone not null default now(),
  constraint attempt_detail_pk PRIMARY KEY (organization_id, notification_id, record_id, attempt_no)
);
CREATE INDEX attempt_detail_kept ON ledger.attempt_detail USING btree (kept_at);

create table ledger.audit (
  organization_id text collate "C" not null default ''::text,
  audit_id bigint not null generated always as identity,
  at timestamp with time zone not null default now(),
  act text not null,
  actor text not null,
  login text not null default SESSION_USER,
  via text not null,
  token_id text,
  subject text,
  address text,
  reason text,
  notification_id text collate "C",
  record_id text collate "C",
  detail jsonb not null default '{}'::jsonb,
  constraint audit_pk PRIMARY KEY (organization_id, audit_id),
  constraint reason_given CHECK (COALESCE((reason ~ '\S'::text), (act <> ALL (ARRAY['replay'::text, 'resolve'::text, 'dismiss'::text])))),
  constraint via_known CHECK ((via = ANY (ARRAY['cli'::text, 'sql'::text, 'api'::text, 'page'::text])))
);
CREATE INDEX audit_general ON ledger.audit USING btree (organization_id, at) WHERE (notification_id IS NULL);
CREATE INDEX audit_in_order ON ledger.audit USING btree (audit_id);
CREATE INDEX audit_notification ON ledger.audit USING btree (organization_id, record_id, notification_id) WHERE (record_id IS NOT NULL);
CREATE INDEX audit_of_act ON ledger.audit USING btree (act, audit_id);
CREATE INDEX audit_of_actor ON ledger.audit USING btree (actor, audit_id);
CREATE TRIGGER audit_is_kept BEFORE DELETE OR UPDATE ON ledger.audit FOR EACH ROW WHEN (((current_setting('application_name'::text) !~~ 'soapstone%'::text) AND ledger.is_by_hand())) EXECUTE FUNCTION ledger.refuse_by_hand('audit');
CREATE TRIGGER audit_not_emptied BEFORE TRUNCATE ON ledger.audit FOR EACH STATEMENT WHEN (ledger.is_by_hand()) EXECUTE FUNCTION ledger.refuse_by_hand('audit');

create table ledger.client (
  organization_id text collate "C" not null,
  account_id text collate "C" not null,
  state text not null,
  whmcs_client_id text,
  found_by text,
  sends integer not null default 0,
  looks integer not null default 0,
  sent_at timestamp with time zone not null default now(),
  looked_at timestamp with time zone,
  known_at timestamp with time zone,
  constraint client_pk PRIMARY KEY (organization_id, account_id),
  constraint client_state_known CHECK ((state = ANY (ARRAY['sending'::text, 'refused'::text, 'known'::text]))),
  constraint whmcs_client_iff_known CHECK (((state = 'known'::text) = ((whmcs_client_id IS NOT NULL) AND (known_at IS NOT NULL))))
);

create table ledger.client_lease (
  organization_id text collate "C" not null,
  whmcs_client_id text not null,
  record_id text collate "C" not null,
  constraint client_lease_pk PRIMARY KEY (organization_id, whmcs_client_id)
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=500);
CREATE TRIGGER audit_by_hand AFTER INSERT OR DELETE OR UPDATE ON ledger.client_lease FOR EACH ROW WHEN (((current_setting('application_name'::text) !~~ 'soapstone%'::text) AND ledger.is_by_hand())) EXECUTE FUNCTION ledger.audit_by_hand();

create table ledger.delivery (
  organization_id text collate "C" not null,
  webhook_id text collate "C" not null,
  event_no bigint not null,
  subject text collate "C" not null,
  state text not null default 'waiting'::text,
  attempts integer not null default 0,
  due_at timestamp with time zone not null default now(),
  lease_holder text,
  lease_no integer not null default 0,
  lease_until timestamp with time zone,
  status integer,
  error text,
  answer text,
  sent_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint delivery_pk PRIMARY KEY (organization_id, webhook_id, event_no),
  constraint delivery_state_known CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'failed'::text])))
) with (fillfactor=70, autovacuum_vacuum_scale_factor=0.05);
CREATE INDEX delivery_created ON ledger.delivery USING btree (created_at);
CREATE INDEX delivery_due ON ledger.delivery USING btree (webhook_id, due_at) WHERE ((state = 'waiting'::text) AND (due_at IS NOT NULL));
CREATE INDEX delivery_order ON ledger.delivery USING btree (webhook_id, organization_id, subject, event_no) WHERE ((state = 'waiting'::text) AND (subject IS NOT NULL));

create table ledger.document (
  organization_id text collate "C" not null,
  collection text collate "C" not null,
  key text collate "C" not null,
  version integer not null,
  content jsonb not null,
  changed_at timestamp with time zone not null default now(),
  changed_by text not null,
  constraint document_pk PRIMARY KEY (organization_id, collection, key),
  constraint document_collection_named CHECK (((collection ~ '^[a-z][a-z0-9_-]{0,62}$'::text) AND (collection <> 'orders'::text))),
  constraint document_content_bounded CHECK (((jsonb_typeof(content) = 'object'::text) AND (octet_length((content)::text) <= 262144))),
  constraint document_key_named CHECK (((length(key) >= 1) AND (length(key) <= 200)))
);
CREATE INDEX document_content ON ledger.document USING gin (content jsonb_path_ops);

create table ledger.document_version (
  organization_id text collate "C" not null,
  collection text collate "C" not null,
  key text collate "C" not null,
  version integer not null,
  content jsonb,
  changed_at timestamp with time zone not null default now(),
  changed_by text not null,
  constraint document_version_pk PRIMARY KEY (organization_id, collection, key, version)
);

create table ledger.event (
  organization_id text collate "C" not null,
  event_no bigint not null generated always as identity,
  event_id text collate "C" not null default ('evt_'::text || replace((gen_random_uuid())::text, '-'::text, ''::text)),
  type text not null,
  subject text collate "C" not null,
  data jsonb not null,
  happened_at timestamp with time zone not null default clock_timestamp(),
  constraint event_pk PRIMARY KEY (organization_id, event_no)
);
CREATE TRIGGER address_event AFTER INSERT ON ledger.event FOR EACH ROW EXECUTE FUNCTION ledger.address_event();

create table ledger.hour (
  organization_id text collate "C" not null,
  hour timestamp with time zone not null,
  received integer not null,
  completed integer not null,
  ignored integer not null,
  superseded integer not null,
  dead integer not null,
  constraint hour_pk PRIMARY KEY (organization_id, hour)
);

create table ledger.mapping (
  organization_id text collate "C" not null,
  since timestamp with time zone not null default clock_timestamp(),
  hash text not null,
  content jsonb not null,
  worker text not null,
  constraint mapping_pk PRIMARY KEY (organization_id, since)
);

create table ledger.message (
  organization_id text collate "C" not null,
  message_id bigint not null,
  source text not null,
  action_id text collate "C" not null,
  session bytea,
  has_session boolean default (session IS NOT NULL),
  enterprise_url text,
  partner_url text,
  received_at timestamp with time zone not null default now(),
  traceparent text collate "C",
  constraint message_pk PRIMARY KEY (organization_id, message_id),
  constraint organization_id_has_18 CHECK ((length(organization_id) = 18))
);
CREATE INDEX message_by_source ON ledger.message USING btree (organization_id, source, received_at) WHERE (source <> 'outbound-message'::text);
CREATE INDEX message_with_session ON ledger.message USING btree (organization_id, message_id) WHERE (session IS NOT NULL);
CREATE TRIGGER audit_by_hand AFTER DELETE OR UPDATE ON ledger.message FOR EACH ROW WHEN (((current_setting('application_name'::text) !~~ 'soapstone%'::text) AND ledger.is_by_hand())) EXECUTE FUNCTION ledger.audit_by_hand();

create table ledger.migration (
  id integer not null default nextval('ledger.migration_id_seq'::regclass),
  name character varying(255) not null,
  run_on timestamp without time zone not null,
  constraint migration_pkey PRIMARY KEY (id)
);

create table ledger.notification (
  organization_id text collate "C" not null,
  notification_id text collate "C" not null,
  record_id text collate "C" not null,
  message_id bigint not null,
  priority ledger.priority not null default 'normal'::ledger.priority,
  record_type text collate "C" not null,
  fields jsonb not null,
  received_at timestamp with time zone not null default now(),
  constraint notification_pk PRIMARY KEY (organization_id, notification_id, record_id),
  constraint notification_id_has_18 CHECK ((length(notification_id) = 18)),
  constraint record_id_has_18 CHECK ((length(record_id) = ANY (ARRAY[0, 18])))
) with (autovacuum_vacuum_insert_scale_factor=0, autovacuum_vacuum_insert_threshold=20000);
CREATE INDEX notification_arrived ON ledger.notification USING btree (organization_id, received_at);
CREATE INDEX notification_by_priority ON ledger.notification USING btree (organization_id, priority, received_at) WHERE (priority <> 'normal'::ledger.priority);
CREATE INDEX notification_message ON ledger.notification USING btree (organization_id, message_id);
CREATE INDEX notification_record ON ledger.notification USING btree (record_id, organization_id, received_at);
CREATE TRIGGER audit_by_hand AFTER DELETE OR UPDATE ON ledger.notification FOR EACH ROW WHEN (((current_setting('application_name'::text) !~~ 'soapstone%'::text) AND ledger.is_by_hand())) EXECUTE FUNCTION ledger.audit_by_hand();
CREATE TRIGGER notification_not_emptied BEFORE TRUNCATE ON ledger.notification FOR EACH STATEMENT WHEN (ledger.is_by_hand()) EXECUTE FUNCTION ledger.refuse_by_hand('notification');

create table ledger.order_version (
  organization_id text collate "C" not null,
  record_id text collate "C" not null,
  version integer not null,
  content jsonb not null,
  taken_at timestamp with time zone not null,
  constraint order_version_pk PRIMARY KEY (organization_id, record_id, version)
);

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
  received_at timestamp with time zone not null,
  finalized_at timestamp with time zone not null default now(),
  constraint outcome_pk PRIMARY KEY (organization_id, notification_id, record_id),
  constraint dead_has_reason CHECK (((state <> 'dead'::ledger.state) OR (error_code IS NOT NULL))),
  constraint outcome_is_final CHECK ((state <> ALL (ARRAY['pending'::ledger.state, 'working'::ledger.state]))),
  constraint superseded_by_iff_superseded CHECK (((state = 'superseded'::ledger.state) = (superseded_by IS NOT NULL)))
) with (autovacuum_vacuum_insert_scale_factor=0, autovacuum_vacuum_insert_threshold=20000);
CREATE INDEX outcome_aside_text ON ledger.outcome USING gin (ledger.trigrams(error_message)) WITH (gin_pending_list_limit='1024') WHERE ((state = ANY (ARRAY['superseded'::ledger.state, 'dismissed'::ledger.state])) AND (error_message IS NOT NULL));
CREATE INDEX outcome_at_callback ON ledger.outcome USING btree (organization_id, received_at) WHERE ((state = 'completed'::ledger.state) AND (step <> 'write_back'::ledger.step));
CREATE INDEX outcome_dead ON ledger.outcome USING btree (organization_id, step, error_code, finalized_at) WHERE (state = 'dead'::ledger.state);
CREATE INDEX outcome_dead_lately ON ledger.outcome USING btree (((finalized_at)::timestamp(0) with time zone), organization_id) WHERE (state = 'dead'::ledger.state);
CREATE INDEX outcome_dead_of_record ON ledger.outcome USING btree (organization_id, record_id) WHERE (state = 'dead'::ledger.state);
CREATE INDEX outcome_dead_text ON ledger.outcome USING gin (ledger.trigrams(error_message)) WITH (gin_pending_list_limit='1024') WHERE ((state = 'dead'::ledger.state) AND (error_message IS NOT NULL));
CREATE INDEX outcome_error ON ledger.outcome USING btree (organization_id, error_code, received_at) WHERE (error_code IS NOT NULL);
CREATE INDEX outcome_finalized ON ledger.outcome USING btree (organization_id, finalized_at, state, step) WHERE (finalized_at IS NOT NULL);
CREATE INDEX outcome_ignored_text ON ledger.outcome USING gin (ledger.trigrams(error_message)) WITH (gin_pending_list_limit='1024') WHERE ((state = 'ignored'::ledger.state) AND (error_message IS NOT NULL));
CREATE INDEX outcome_known_before ON ledger.outcome USING btree (organization_id, whmcs_order_id) WHERE ((whmcs_order_id IS NOT NULL) AND (step <> 'write_back'::ledger.step));
CREATE INDEX outcome_of_record ON ledger.outcome USING btree (organization_id, record_id, finalized_at) WHERE (state <> 'superseded'::ledger.state);
CREATE INDEX outcome_otherwise ON ledger.outcome USING btree (organization_id, state, received_at) WHERE (state <> 'completed'::ledger.state);
CREATE TRIGGER audit_by_hand AFTER UPDATE ON ledger.outcome FOR EACH ROW WHEN (((current_setting('application_name'::text) !~~ 'soapstone%'::text) AND ledger.is_by_hand())) EXECUTE FUNCTION ledger.audit_by_hand();
CREATE TRIGGER outcome_not_emptied BEFORE TRUNCATE ON ledger.outcome FOR EACH STATEMENT WHEN (ledger.is_by_hand()) EXECUTE FUNCTION ledger.refuse_by_hand('outcome');
CREATE TRIGGER outcome_not_made_by_hand BEFORE INSERT OR DELETE OR UPDATE OF organization_id, notification_id, record_id, state, whmcs_order_id, superseded_by ON ledger.outcome FOR EACH ROW WHEN (((current_setting('application_name'::text) !~~ 'soapstone%'::text) AND ledger.is_by_hand())) EXECUTE FUNCTION ledger.refuse_by_hand('outcome');

create table ledger.pause (
  organization_id text collate "C" not null,
  step ledger.step not null,
  until timestamp with time zone not null,
  code text not null,
  message text not null,
  worker text not null,
  since timestamp with time zone not null default now(),
  by_person boolean not null default false,
  constraint pause_pk PRIMARY KEY (organization_id, step, by_person)
);
CREATE TRIGGER audit_by_hand AFTER INSERT OR DELETE OR UPDATE ON ledger.pause FOR EACH ROW WHEN (((current_setting('application_name'::text) !~~ 'soapstone%'::text) AND ledger.is_by_hand())) EXECUTE FUNCTION ledger.audit_by_hand();

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
  pay_sent_at timestamp with time zone,
  details jsonb not null default '{}'::jsonb,
  cancel_approved_at timestamp with time zone,
  cancel_wanted_at timestamp with time zone,
  cancel_sent_at timestamp with time zone,
  cancelled_at timestamp with time zone,
  constraint provisioning_pk PRIMARY KEY (organization_id, order_id),
  constraint accepted_at_iff_accepted CHECK (((state = 'accepted'::ledger.provisioning_state) = (accepted_at IS NOT NULL))),
  constraint order_id_has_18 CHECK ((order_id ~ '^[a-zA-Z0-9]{18}$'::text)),
  constraint whmcs_order_iff_added CHECK (((state = ANY (ARRAY['added'::ledger.provisioning_state, 'accepted'::ledger.provisioning_state])) = (whmcs_order_id IS NOT NULL)))
) with (fillfactor=80);
CREATE UNIQUE INDEX one_order_per_whmcs_order ON ledger.provisioning USING btree (organization_id, whmcs_order_id) WHERE (whmcs_order_id IS NOT NULL);
CREATE TRIGGER audit_by_hand AFTER DELETE OR UPDATE ON ledger.provisioning FOR EACH ROW WHEN (((current_setting('application_name'::text) !~~ 'soapstone%'::text) AND ledger.is_by_hand())) EXECUTE FUNCTION ledger.audit_by_hand();
CREATE TRIGGER provisioning_not_emptied BEFORE TRUNCATE ON ledger.provisioning FOR EACH STATEMENT WHEN (ledger.is_by_hand()) EXECUTE FUNCTION ledger.refuse_by_hand('provisioning');
CREATE TRIGGER provisioning_not_made_by_hand BEFORE INSERT OR UPDATE OF organization_id, order_id, state, whmcs_order_id ON ledger.provisioning FOR EACH ROW WHEN (((current_setting('application_name'::text) !~~ 'soapstone%'::text) AND ledger.is_by_hand())) EXECUTE FUNCTION ledger.refuse_by_hand('provisioning');

create table ledger.quick_action_key (
  organization_id text collate "C" not null,
  key text collate "C" not null,
  fingerprint text not null,
  notification_id text collate "C" not null,
  record_id text collate "C" not null,
  status integer,
  answer jsonb,
  taken_at timestamp with time zone not null default now(),
  constraint quick_action_key_pk PRIMARY KEY (organization_id, key),
  constraint answer_iff_status CHECK (((status IS NULL) = (answer IS NULL)))
);
CREATE INDEX quick_action_key_taken ON ledger.quick_action_key USING btree (organization_id, taken_at);

create table ledger.quick_action_nonce (
  organization_id text collate "C" not null,
  nonce text collate "C" not null,
  used_at timestamp with time zone not null default now(),
  constraint quick_action_nonce_pk PRIMARY KEY (organization_id, nonce)
);
CREATE INDEX quick_action_nonce_used ON ledger.quick_action_nonce USING btree (organization_id, used_at);

create table ledger.reading (
  organization_id text collate "C" not null,
  kind text not null,
  subject text collate "C" not null,
  value double precision not null,
  most double precision,
  read_at timestamp with time zone not null default now(),
  constraint reading_pk PRIMARY KEY (organization_id, kind, subject)
);

create table ledger.session (
  session_id text collate "C" not null,
  secret_hash bytea not null,
  name text not null,
  scopes text[] not null,
  token_id text collate "C",
  subject text,
  address text not null,
  user_agent text not null,
  created_at timestamp with time zone not null default now(),
  last_seen_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  constraint session_pk PRIMARY KEY (session_id),
  constraint session_has_one_proof CHECK (((token_id IS NULL) <> (subject IS NULL))),
  constraint session_hash_has_32 CHECK ((length(secret_hash) = 32))
);

create table ledger.snapshot (
  organization_id text collate "C" not null,
  record_id text collate "C" not null,
  notification_id text collate "C" not null,
  content jsonb not null,
  taken_at timestamp with time zone not null default now(),
  order_number text collate "C" default (content ->> 'orderNumber'::text),
  account_name text collate "C" default ((content -> 'account'::text) ->> 'name'::text),
  constraint snapshot_pk PRIMARY KEY (organization_id, record_id)
);
CREATE INDEX snapshot_account_name ON ledger.snapshot USING btree (organization_id, ledger.folded(account_name));
CREATE INDEX snapshot_order_number ON ledger.snapshot USING btree (organization_id, order_number);
CREATE TRIGGER snapshot_changed AFTER UPDATE OF content ON ledger.snapshot FOR EACH ROW WHEN (((old.content - 'takenAt'::text) IS DISTINCT FROM (new.content - 'takenAt'::text))) EXECUTE FUNCTION ledger.keep_order_version();
CREATE TRIGGER snapshot_gone AFTER DELETE ON ledger.snapshot FOR EACH ROW EXECUTE FUNCTION ledger.keep_order_version();

create table ledger.subscription (
  organization_id text collate "C" not null,
  topic text collate "C" not null,
  state text not null default 'connecting'::text,
  error_code text,
  error_message text,
  since timestamp with time zone not null default now(),
  replay_id bytea,
  position_at timestamp with time zone,
  last_event_at timestamp with time zone,
  subscribed_at timestamp with time zone,
  lost_at timestamp with time zone,
  sweep_since timestamp with time zone,
  recorded bigint not null default 0,
  own bigint not null default 0,
  other bigint not null default 0,
  undecodable bigint not null default 0,
  deliveries_remaining integer,
  deliveries_max integer,
  lease_no integer not null default 0,
  lease_holder text,
  lease_until timestamp with time zone,
  constraint subscription_pk PRIMARY KEY (organization_id, topic),
  constraint subscription_lease_is_whole CHECK (((lease_holder IS NULL) = (lease_until IS NULL))),
  constraint subscription_position_dated CHECK (((replay_id IS NULL) OR (position_at IS NOT NULL))),
  constraint subscription_state_known CHECK ((state = ANY (ARRAY['connecting'::text, 'subscribed'::text, 'waiting'::text, 'paused'::text, 'stopped'::text])))
) with (fillfactor=60);

create table ledger.tally (
  organization_id text collate "C" not null,
  kind text not null,
  detail text collate "C" not null,
  minute timestamp with time zone not null,
  seen bigint not null,
  constraint tally_pk PRIMARY KEY (organization_id, kind, detail, minute)
);
CREATE INDEX tally_minute ON ledger.tally USING btree (minute, kind);

create table ledger.task (
  organization_id text collate "C" not null default ''::text,
  task_id bigint not null generated always as identity,
  kind text not null,
  priority ledger.priority not null default 'batch'::ledger.priority,
  state text not null default 'waiting'::text,
  request jsonb not null,
  reason text not null,
  acting jsonb not null,
  total integer not null,
  done integer not null default 0,
  skipped integer not null default 0,
  failed integer not null default 0,
  errors jsonb not null default '[]'::jsonb,
  before_at timestamp with time zone,
  before_id text collate "C",
  lease_holder text,
  lease_until timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  constraint task_pk PRIMARY KEY (organization_id, task_id),
  constraint finished_at_iff_finished CHECK (((state = ANY (ARRAY['waiting'::text, 'running'::text])) = (finished_at IS NULL))),
  constraint task_has_reason CHECK ((reason ~ '\S'::text)),
  constraint task_kind_known CHECK ((kind = ANY (ARRAY['replay'::text, 'resolve'::text]))),
  constraint task_state_known CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'completed'::text, 'failed'::text, 'cancelled'::text])))
);
CREATE INDEX task_open ON ledger.task USING btree (organization_id, priority, task_id) WHERE (state = ANY (ARRAY['waiting'::text, 'running'::text]));

create table ledger.token (
  token_id text collate "C" not null,
  name text not null,
  scopes text[] not null,
  secret_hash bytea not null,
  created_at timestamp with time zone not null default now(),
  created_by text not null,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  revoked_by text,
  successor_id text collate "C",
  constraint token_pk PRIMARY KEY (token_id),
  constraint revoked_is_whole CHECK (((revoked_at IS NULL) = (revoked_by IS NULL))),
  constraint token_has_scopes CHECK (((cardinality(scopes) > 0) AND (scopes <@ ARRAY['read'::text, 'operate'::text, 'admin'::text, 'status'::text]))),
  constraint token_hash_has_32 CHECK ((length(secret_hash) = 32)),
  constraint token_id_fits CHECK ((token_id ~ '^[0-9a-f]{12}$'::text))
);

create table ledger.undecodable_event (
  organization_id text collate "C" not null,
  topic text collate "C" not null,
  replay_id bytea not null,
  digest bytea not null default sha256(payload),
  event_id text,
  schema_id text not null,
  reason text not null,
  payload bytea not null,
  received_at timestamp with time zone not null default now(),
  constraint undecodable_event_pk PRIMARY KEY (organization_id, topic, replay_id, digest)
);
CREATE INDEX undecodable_event_received ON ledger.undecodable_event USING btree (organization_id, received_at);

create table ledger.webhook (
  webhook_id text collate "C" not null,
  url text not null,
  types text[] not null,
  filter jsonb not null default '{}'::jsonb,
  description text,
  format text not null default 'standard'::text,
  state text not null default 'active'::text,
  disabled_reason text,
  secrets jsonb not null default '[]'::jsonb,
  by_setting boolean not null default false,
  created_at timestamp with time zone not null default now(),
  failing_since timestamp with time zone,
  retry_at timestamp with time zone,
  constraint webhook_pk PRIMARY KEY (webhook_id),
  constraint webhook_filter_is_object CHECK ((jsonb_typeof(filter) = 'object'::text)),
  constraint webhook_format_known CHECK ((format = ANY (ARRAY['standard'::text, 'slack'::text, 'teams'::text, 'pagerduty'::text]))),
  constraint webhook_has_types CHECK ((cardinality(types) > 0)),
  constraint webhook_secrets_are_list CHECK ((jsonb_typeof(secrets) = 'array'::text)),
  constraint webhook_state_known CHECK ((state = ANY (ARRAY['active'::text, 'disabled'::text])))
) with (fillfactor=50);

create table ledger.work (
  organization_id text collate "C" not null,
  record_id text collate "C" not null,
  notification_id text collate "C" not null,
  message_id bigint not null,
  record_type text collate "C" not null,
  step ledger.step not null default 'callback'::ledger.step,
  priority ledger.priority not null default 'normal'::ledger.priority,
  due_at timestamp with time zone not null default now(),
  received_at timestamp with time zone not null default now(),
  leased_at timestamp with time zone,
  lease_until timestamp with time zone,
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
  constraint work_pk PRIMARY KEY (organization_id, record_id),
  constraint lease_is_whole CHECK ((((lease_holder IS NULL) = (lease_until IS NULL)) AND ((lease_holder IS NULL) OR (leased_at IS NOT NULL)))),
  constraint next_is_whole CHECK (
CASE
    WHEN (next_notification_id IS NULL) THEN (next_arrival IS NULL)
    ELSE (next_arrival IS NOT NULL)
END),
  constraint next_waits_for_lease CHECK (((next_notification_id IS NULL) OR (lease_holder IS NOT NULL))),
  constraint provision_has_client CHECK (((step <> 'provision'::ledger.step) OR (whmcs_client_id IS NOT NULL))),
  constraint work_has_record CHECK ((length(record_id) = 18))
) with (fillfactor=40, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=500, autovacuum_analyze_scale_factor=0.2);
CREATE INDEX work_due ON ledger.work USING btree (organization_id, step, priority, due_at) WHERE (due_at IS NOT NULL);
CREATE TRIGGER audit_by_hand AFTER INSERT OR DELETE OR UPDATE ON ledger.work FOR EACH ROW WHEN (((current_setting('application_name'::text) !~~ 'soapstone%'::text) AND ledger.is_by_hand())) EXECUTE FUNCTION ledger.audit_by_hand();

create table ledger.worker (
  worker text collate "C" not null,
  version text not null,
  marker text not null,
  started_at timestamp with time zone not null default now(),
  seen_at timestamp with time zone not null default now(),
  constraint worker_pk PRIMARY KEY (worker)
) with (fillfactor=50);

create view ledger.alerts as
 SELECT state,
    kind,
    subject,
    value,
    threshold,
    (raised_at)::timestamp(0) with time zone AS raised_at,
    (resolved_at)::timestamp(0) with time zone AS resolved_at,
    NULLIF(organization_id, ''::text) AS organization_id,
    alert_id,
    message
   FROM ledger.alert a;

create view ledger.attempts as
 SELECT a.outcome,
    a.step,
    a.code,
    a.attempt_no,
    n.record_id,
    a.started_at,
    (a.finished_at - a.started_at) AS took,
    a.organization_id,
    a.notification_id,
    a.worker,
    a.message
   FROM (ledger.notification n
     JOIN ledger.attempt a ON (((a.organization_id = n.organization_id) AND (a.notification_id = n.notification_id) AND (a.record_id = n.record_id))));

create view ledger.brief as
 SELECT state,
    step,
    attempts,
    order_number,
    record_id,
    error_code,
    whmcs_order_id,
    received_at,
    notification_id,
    organization_id
   FROM ledger.overview;

create view ledger.dead_letters as
 SELECT o.step,
    o.error_code,
    s.order_number,
    NULLIF(o.record_id, ''::text) AS record_id,
    (o.finalized_at)::timestamp(0) with time zone AS finalized_at,
    ( SELECT (count(*))::integer AS count
           FROM ledger.audit a
          WHERE ((a.organization_id = o.organization_id) AND (a.notification_id = o.notification_id) AND (a.record_id = o.record_id) AND (a.act = 'replay'::text))) AS replays,
    p.state AS provisioning,
    o.organization_id,
    o.notification_id,
    o.error_message
   FROM ((ledger.outcome o
     LEFT JOIN ledger.snapshot s ON (((s.organization_id = o.organization_id) AND (s.record_id = o.record_id))))
     LEFT JOIN ledger.provisioning p ON (((p.organization_id = o.organization_id) AND (p.order_id = o.record_id))))
  WHERE (o.state = 'dead'::ledger.state);

create view ledger.deliveries as
 SELECT d.state,
    e.type,
    d.attempts,
    d.status,
    d.webhook_id,
    d.subject,
    (e.happened_at)::timestamp(0) with time zone AS happened_at,
    (d.sent_at)::timestamp(0) with time zone AS sent_at,
    (
        CASE
            WHEN (d.state = 'waiting'::text) THEN d.due_at
            ELSE NULL::timestamp with time zone
        END)::timestamp(0) with time zone AS next_attempt_at,
    NULLIF(d.organization_id, ''::text) AS organization_id,
    e.event_id,
    d.error,
    d.answer,
    e.data
   FROM (ledger.delivery d
     JOIN ledger.event e ON (((e.organization_id = d.organization_id) AND (e.event_no = d.event_no))));

create view ledger.document_versions as
 SELECT v.organization_id,
    v.collection,
    v.key,
    v.version,
    v.content,
    v.changed_at,
    v.changed_by
   FROM ledger.document_version v
UNION ALL
 SELECT d.organization_id,
    d.collection,
    d.key,
    d.version,
    d.content,
    d.changed_at,
    d.changed_by
   FROM ledger.documents d
  WHERE ((d.collection = 'orders'::text) OR ((d.key = 'in-force'::text) AND (d.collection = 'mappings'::text)))
UNION ALL
 SELECT v.organization_id,
    'orders'::text AS collection,
    v.record_id AS key,
    v.version,
    v.content,
    v.taken_at AS changed_at,
    'callback'::text AS changed_by
   FROM ledger.order_version v;

create view ledger.documents as
 SELECT d.organization_id,
    d.collection,
    d.key,
    d.version,
    d.content,
    d.changed_at,
    d.changed_by
   FROM ledger.document d
UNION ALL
 SELECT s.organization_id,
    'orders'::text AS collection,
    s.record_id AS key,
    (1 + COALESCE(( SELECT max(v.version) AS max
           FROM ledger.order_version v
          WHERE ((v.organization_id = s.organization_id) AND (v.record_id = s.record_id))), 0)) AS version,
    s.content,
    s.taken_at AS changed_at,
    'callback'::text AS changed_by
   FROM ledger.snapshot s
UNION ALL
 SELECT m.organization_id,
    'mappings'::text AS collection,
    'in-force'::text AS key,
    (EXTRACT(epoch FROM m.since))::integer AS version,
    m.content,
    m.since AS changed_at,
    m.worker AS changed_by
   FROM ledger.mapping m
  WHERE (NOT (EXISTS ( SELECT
           FROM ledger.mapping n
          WHERE ((n.organization_id = m.organization_id) AND (n.since > m.since)))));

create view ledger.inbox as
 SELECT (
        CASE
            WHEN (w.lease_until IS NULL) THEN 'pending'::text
            ELSE 'working'::text
        END)::ledger.state AS state,
    w.step,
    w.attempts,
    s.order_number,
    w.record_id,
    w.error_code,
    (w.received_at)::timestamp(0) with time zone AS received_at,
    (w.due_at)::timestamp(0) with time zone AS next_attempt_at,
    w.organization_id,
    w.notification_id,
    w.error_message
   FROM (ledger.work w
     LEFT JOIN ledger.snapshot s ON (((s.organization_id = w.organization_id) AND (s.record_id = w.record_id))))
UNION ALL
 SELECT 'pending'::ledger.state AS state,
    'callback'::ledger.step AS step,
    0 AS attempts,
    s.order_number,
    w.record_id,
    NULL::text AS error_code,
    ((w.next_arrival).received_at)::timestamp(0) with time zone AS received_at,
    (w.lease_until)::timestamp(0) with time zone AS next_attempt_at,
    w.organization_id,
    w.next_notification_id AS notification_id,
    NULL::text AS error_message
   FROM (ledger.work w
     LEFT JOIN ledger.snapshot s ON (((s.organization_id = w.organization_id) AND (s.record_id = w.record_id))))
  WHERE (w.next_notification_id IS NOT NULL);

create view ledger.latency as
 WITH ack AS (
         SELECT a.hour,
            a.most,
            sum(a.seen) OVER (PARTITION BY a.hour ORDER BY a.most) AS upto,
            sum(a.seen) OVER (PARTITION BY a.hour) AS total
           FROM ( SELECT date_trunc('hour'::text, t.minute) AS hour,
                    (t.detail)::double precision AS most,
                    sum(t.seen) AS seen
                   FROM ledger.tally t
                  WHERE ((t.organization_id = ''::text) AND (t.kind = 'ack'::text) AND (t.minute > (now() - '1 day'::interval)))
                  GROUP BY (date_trunc('hour'::text, t.minute)), (t.detail)::double precision) a
        )
 SELECT a.hour,
    'ack'::text AS step,
    (max(a.total))::bigint AS measured,
    make_interval(secs => NULLIF(min(a.most) FILTER (WHERE (a.upto >= (a.total * 0.5))), 'Infinity'::double precision)) AS p50,
    make_interval(secs => NULLIF(min(a.most) FILTER (WHERE (a.upto >= (a.total * 0.95))), 'Infinity'::double precision)) AS p95,
    make_interval(secs => NULLIF(max(a.most), 'Infinity'::double precision)) AS longest
   FROM ack a
  GROUP BY a.hour
UNION ALL
 SELECT h.hour,
    h.step,
    count(*) AS measured,
    percentile_cont((0.5)::double precision) WITHIN GROUP (ORDER BY h.took) AS p50,
    percentile_cont((0.95)::double precision) WITHIN GROUP (ORDER BY h.took) AS p95,
    max(h.took) AS longest
   FROM (ledger.organizations g
     CROSS JOIN LATERAL ( SELECT date_trunc('hour'::text, o.finalized_at) AS hour,
            t.step,
            t.took
           FROM (ledger.outcome o
             CROSS JOIN LATERAL ( SELECT (a.step)::text AS step,
                    (a.finished_at - a.started_at) AS took
                   FROM ledger.attempt a
                  WHERE ((a.organization_id = o.organization_id) AND (a.notification_id = o.notification_id) AND (a.record_id = o.record_id))
                UNION ALL
                 SELECT 'order'::text,
                    (o.finalized_at - o.received_at)
                  WHERE (o.state = 'completed'::ledger.state)) t)
          WHERE ((o.organization_id = g.organization_id) AND (o.finalized_at > (now() - '1 day'::interval)))) h)
  GROUP BY h.hour, h.step;

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
 SELECT COALESCE(o.state, (
        CASE
            WHEN ((w.lease_until IS NOT NULL) AND (w.notification_id = n.notification_id)) THEN 'working'::text
            ELSE 'pending'::text
        END)::ledger.state) AS state,
    COALESCE(o.step,
        CASE
            WHEN (w.notification_id = n.notification_id) THEN w.step
            ELSE 'callback'::ledger.step
        END) AS step,
    COALESCE(o.attempts,
        CASE
            WHEN (w.notification_id = n.notification_id) THEN w.attempts
            ELSE 0
        END) AS attempts,
    s.order_number,
    n.record_id,
    COALESCE(o.error_code,
        CASE
            WHEN (w.notification_id = n.notification_id) THEN w.error_code
            ELSE NULL::text
        END) AS error_code,
    COALESCE(o.whmcs_order_id, p.whmcs_order_id) AS whmcs_order_id,
    n.received_at,
    n.notification_id,
    n.organization_id,
    COALESCE(w.priority, n.priority) AS priority,
    m.source,
    n.record_type,
        CASE
            WHEN (w.notification_id = n.notification_id) THEN w.due_at
            ELSE w.lease_until
        END AS next_attempt_at,
    o.finalized_at,
    o.superseded_by,
        CASE
            WHEN (w.notification_id = n.notification_id) THEN w.lease_holder
            ELSE NULL::text
        END AS lease_holder,
        CASE
            WHEN (w.notification_id = n.notification_id) THEN w.lease_until
            ELSE NULL::timestamp with time zone
        END AS lease_until,
    s.account_name,
    COALESCE(o.error_message,
        CASE
            WHEN (w.notification_id = n.notification_id) THEN w.error_message
            ELSE NULL::text
        END) AS error_message
   FROM (((((ledger.notification n
     JOIN ledger.message m ON (((m.organization_id = n.organization_id) AND (m.message_id = n.message_id))))
     LEFT JOIN ledger.outcome o ON (((o.organization_id = n.organization_id) AND (o.notification_id = n.notification_id) AND (o.record_id = n.record_id))))
     LEFT JOIN ledger.work w ON (((w.organization_id = n.organization_id) AND (w.record_id = n.record_id) AND ((w.notification_id = n.notification_id) OR (w.next_notification_id = n.notification_id)))))
     LEFT JOIN ledger.snapshot s ON (((s.organization_id = n.organization_id) AND (s.record_id = n.record_id))))
     LEFT JOIN ledger.provisioning p ON (((p.organization_id = n.organization_id) AND (p.order_id = n.record_id))));

create view ledger.provisionings as
 SELECT state,
    order_id,
    whmcs_client_id,
    whmcs_order_id,
    sends,
    looks,
    adopted,
    sent_at,
    accepted_at,
    organization_id,
    added_at,
    looked_at,
    service_ids,
    request
   FROM ledger.provisioning;

create view ledger.sessions as
 SELECT s.session_id,
    s.name,
    s.scopes,
    s.token_id,
    s.subject,
    s.address,
    s.created_at,
    s.last_seen_at,
    LEAST(s.expires_at, (s.last_seen_at + '01:00:00'::interval), t.expires_at) AS expires_at,
    s.user_agent
   FROM (ledger.session s
     LEFT JOIN ledger.token t ON ((t.token_id = s.token_id)))
  WHERE ((s.expires_at > now()) AND (s.last_seen_at > (now() - '01:00:00'::interval)) AND ((s.token_id IS NULL) OR ((t.token_id IS NOT NULL) AND (t.revoked_at IS NULL) AND ((t.expires_at IS NULL) OR (t.expires_at > now())))));

create view ledger.subscriptions as
 SELECT topic,
        CASE
            WHEN (lease_until > now()) THEN state
            ELSE 'unattended'::text
        END AS state,
    error_code,
    since,
    last_event_at,
    recorded,
    own,
    other,
    undecodable,
    organization_id,
    lost_at,
    position_at,
    sweep_since,
    deliveries_remaining,
    deliveries_max,
    lease_holder,
    lease_until,
    error_message
   FROM ledger.subscription s;

create view ledger.tasks as
 SELECT task_id,
    kind,
    state,
    priority,
    total,
    done,
    skipped,
    failed,
    (acting ->> 'name'::text) AS requested_by,
    created_at,
    finished_at,
    organization_id,
    started_at,
    reason,
    request,
    errors
   FROM ledger.task;

create view ledger.throughput as
 SELECT h.minute,
    sum(h.received) AS received,
    sum(h.completed) AS completed,
    sum(h.dead) AS dead
   FROM (ledger.organizations g
     CROSS JOIN LATERAL ( SELECT date_trunc('minute'::text, n.received_at) AS minute,
            1 AS received,
            0 AS completed,
            0 AS dead
           FROM ledger.notification n
          WHERE ((n.organization_id = g.organization_id) AND (n.received_at > (now() - '1 day'::interval)))
        UNION ALL
         SELECT date_trunc('minute'::text, o.finalized_at) AS date_trunc,
            0,
            ((o.state = 'completed'::ledger.state))::integer AS int4,
            ((o.state = 'dead'::ledger.state))::integer AS int4
           FROM ledger.outcome o
          WHERE ((o.organization_id = g.organization_id) AND (o.finalized_at > (now() - '1 day'::interval)))) h)
  GROUP BY h.minute;

create view ledger.tokens as
 SELECT token_id,
    name,
    scopes,
        CASE
            WHEN (revoked_at IS NOT NULL) THEN 'revoked'::text
            WHEN (expires_at <= now()) THEN 'expired'::text
            WHEN (successor_id IS NOT NULL) THEN 'rotated'::text
            ELSE 'active'::text
        END AS state,
    expires_at,
    last_used_at,
    created_at,
    created_by,
    revoked_at,
    revoked_by,
    successor_id
   FROM ledger.token;

create view ledger.undecodable_events as
 SELECT topic,
    length(payload) AS bytes,
    encode(replay_id, 'hex'::text) AS replay_id,
    event_id,
    schema_id,
    received_at,
    organization_id,
    reason
   FROM ledger.undecodable_event e;

CREATE OR REPLACE FUNCTION ledger.address_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  insert into ledger.delivery (organization_id, webhook_id, event_no, subject)
  select new.organization_id, w.webhook_id, new.event_no, new.subject
  from ledger.webhook w
  where w.state = 'active' and new.type = any (w.types) and new.data @> w.filter;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.analyze_tables()
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION ledger.apply_finding(organization_id text, notification_id text, record_id text, whmcs_order_id text, reason text, acting jsonb)
 RETURNS ledger.step
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  ended ledger.outcome;
  at_step ledger.step;
  from_state ledger.state := 'pending';
begin
  update ledger.provisioning p
  set state = case when apply_finding.whmcs_order_id is null then 'refused' else 'added' end::ledger.provisioning_state,
    whmcs_order_id = apply_finding.whmcs_order_id, adopted = apply_finding.whmcs_order_id is not null,
    added_at = case when apply_finding.whmcs_order_id is not null then now() end, accept_sent_at = null
  where p.organization_id = apply_finding.organization_id and p.order_id = apply_finding.record_id
    and (p.state = 'sending' or p.state = 'added' and p.adopted)
    and not exists (select from ledger.work w where w.organization_id = p.organization_id and w.record_id = p.order_id and w.lease_until is not null);
  if not found then return null; end if;
  select w.step into at_step from ledger.work w
  where w.organization_id = apply_finding.organization_id and w.record_id = apply_finding.record_id
    and w.notification_id = apply_finding.notification_id and w.lease_holder is null
  for update;
  if not found then
    select * into ended from ledger.outcome o
    where o.organization_id = apply_finding.organization_id and o.notification_id = apply_finding.notification_id
      and o.record_id = apply_finding.record_id
    for update;
    if not found then
      raise exception 'notification % is being worked on, or unknown', notification_id using errcode = 'object_not_in_prerequisite_state';
    end if;
    from_state := ended.state;
    at_step := ledger.put_to_work(ended, 'callback', true);
  end if;
  perform ledger.write_audit(organization_id, 'resolve', acting, reason, notification_id, record_id,
    jsonb_build_object('fromState', from_state, 'toStep', at_step, 'whmcsOrderId', whmcs_order_id));
  return at_step;
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.audit_by_hand()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) else '{}' end;
  after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) else '{}' end;
  known jsonb := case when tg_op = 'DELETE' then before else after end;
  long constant text[] := array['session', 'fields', 'content', 'request', 'service_ids', 'prior_order_ids'];
  changed text[] := array(select key from jsonb_object_keys(before || after) as key
    where before -> key is distinct from after -> key order by key);
begin
  perform ledger.write_audit(known ->> 'organization_id', 'hand_change', null, null, known ->> 'notification_id',
    coalesce(known ->> 'record_id', known ->> 'order_id'),
    jsonb_build_object('table', tg_table_name, 'operation', lower(tg_op), 'changed', changed, 'before',
      (select coalesce(jsonb_object_agg(c, before -> c), '{}') from unnest(changed) as c where before ? c and c <> all (long)),
      'after', (select coalesce(jsonb_object_agg(c, after -> c), '{}') from unnest(changed) as c where after ? c and c <> all (long))));
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.cancel(organization_id text, notification_id text, record_id text, reason text, acting jsonb)
 RETURNS ledger.step
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  asked text;
begin
  select o.record_id into asked from ledger.outcome o
  where o.organization_id = cancel.organization_id and o.notification_id = cancel.notification_id
    and (cancel.record_id is null or o.record_id = cancel.record_id) and o.state = 'dead' and o.error_code = 'ORDER_CANCELLED'
  limit 1;
  if asked is null then return null; end if;
  update ledger.provisioning p set cancel_approved_at = now()
  where p.organization_id = cancel.organization_id and p.order_id = asked;
  perform ledger.write_audit(organization_id, 'cancel', acting, reason, notification_id, asked);
  return ledger.replay(organization_id, notification_id, reason, 'callback', null, asked, acting);
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.cancel_task(task_id bigint, acting jsonb DEFAULT NULL::jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  task ledger.task;
begin
  select t.* into task from ledger.task t where t.task_id = cancel_task.task_id for update;
  if not found then
    raise exception 'no task %', task_id using errcode = 'no_data_found';
  end if;
  if task.state not in ('waiting', 'running') then
    raise exception 'task % is %', task_id, task.state using errcode = 'object_not_in_prerequisite_state';
  end if;
  update ledger.task t set state = 'cancelled', finished_at = now()
  where t.organization_id = task.organization_id and t.task_id = task.task_id;
  perform ledger.write_audit(task.organization_id, 'cancel_task', acting, null, null, null, jsonb_build_object('taskId', task_id));
  return 'cancelled';
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.count_notifications(filter jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if filter ->> 'state' = 'dead' and array(select e.key from jsonb_each_text(filter) as e where e.value is not null)
    <@ array['organization', 'state', 'step', 'code'] then
    return (select count(*) from (
      select from ledger.outcome o
      where o.state = 'dead' and (filter ->> 'organization' is null or o.organization_id = filter ->> 'organization')
        and (filter ->> 'step' is null or o.step = (filter ->> 'step')::ledger.step)
        and (filter ->> 'code' is null or o.error_code = filter ->> 'code')
      limit 1000000) as o);
  end if;
  return (select count(*) from ledger.find_keys(filter, 1000000));
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.dismiss(organization_id text, notification_id text, reason text, requested_by text DEFAULT NULL::text, record_id text DEFAULT NULL::text, acting jsonb DEFAULT NULL::jsonb)
 RETURNS ledger.state
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  ended ledger.outcome;
  state ledger.state;
begin
  select * into ended from ledger.outcome o
  where o.organization_id = dismiss.organization_id and o.notification_id = dismiss.notification_id
    and (dismiss.record_id is null or o.record_id = dismiss.record_id)
  order by o.state <> 'dead', o.received_at desc
  limit 1
  for update;
  state := ended.state;
  if not found then
    select v.state into state from ledger.overview v
    where v.organization_id = dismiss.organization_id and v.notification_id = dismiss.notification_id limit 1;
    if not found then
      raise exception 'no notification % of organization %', notification_id, organization_id using errcode = 'no_data_found';
    end if;
  end if;
  if state <> 'dead' then
    raise exception 'notification % is %: only dead letters are dismissed', notification_id, state
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  update ledger.outcome o set state = 'dismissed'
  where o.organization_id = ended.organization_id and o.notification_id = ended.notification_id and o.record_id = ended.record_id;
  perform ledger.write_audit(ended.organization_id, 'dismiss', coalesce(acting, jsonb_build_object('name', requested_by)), reason,
    ended.notification_id, ended.record_id, jsonb_build_object('fromState', 'dead', 'code', ended.error_code));
  return 'dismissed';
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.find_keys(filter jsonb, most integer DEFAULT 50, before_at timestamp with time zone DEFAULT NULL::timestamp with time zone, before_id text DEFAULT NULL::text, sort text DEFAULT '-receivedAt'::text)
 RETURNS TABLE(organization_id text, notification_id text, record_id text, at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  known constant text[] := array['state', 'step', 'code', 'record', 'order', 'whmcsOrder', 'source', 'priority', 'text', 'organization',
    'since', 'until'];
  given constant text[] := array(select e.key from jsonb_each_text(filter) as e where e.value is not null);
  state constant ledger.state := filter ->> 'state';
  step constant ledger.step := filter ->> 'step';
  code constant text := filter ->> 'code';
  source constant text := filter ->> 'source';
  priority constant ledger.priority := filter ->> 'priority';
  wanted constant text := ledger.folded(filter ->> 'text');
  -- The column that they are in order of, of whatever they are read from.
  at_column constant text := case ltrim(sort, '-') when 'receivedAt' then 'received_at' when 'nextAttemptAt' then 'due_at'
    when 'finalizedAt' then 'finalized_at' end;
  direction constant text := case when starts_with(sort, '-') then 'desc' else 'asc' end;
  worded constant text := case when wanted is not null then '(strpos(ledger.folded(v.error_message), $13) > 0 or strpos(ledger.folded(v.account_name), $13) > 0)' end;
  -- Of fewer than three characters there are no pieces: then the newest are looked through.
  pieces constant text[] := nullif(ledger.trigrams(wanted), '{}');
  of_error constant text := case when pieces is not null then ' and ledger.trigrams(d.error_message) @> $18' end;
  -- What direct has still to look at.
  wording text := worded;
  arrived constant text := 'ledger.notification d where true';
  ended constant text := 'ledger.outcome d where ($7 is null or d.state = $7) and ($8 is null or d.step = $8) and ($9 is null or d.error_code = $9)';
  queued constant text := '(
      select w.organization_id, w.notification_id, w.record_id, w.received_at, w.step, w.error_code, w.error_message, w.priority,
        case when w.lease_until is null then ''pending'' else ''working'' end::ledger.state as state
      from ledger.work w
      union all
      select w.organization_id, w.next_notification_id, w.record_id, (w.next_arrival).received_at, ''callback'', null, null, w.priority, ''pending''
      from ledger.work w where w.next_notification_id is not null
    ) d where ($7 is null or d.state = $7) and ($8 is null or d.step = $8) and ($9 is null or d.error_code = $9)';
  is_open constant boolean := coalesce(state in ('pending', 'working'), false);
  is_completed constant boolean := coalesce(state = 'completed', false);
  organizations text[];
  records text[];
  accounts text[];
  -- The first have looked at state, step and code already.
  direct text[] := '{}';
  sources text[] := '{}';
  page text;
  ends text;
  checks text;
begin
  if not given <@ known then
    raise exception 'there is no filter %: use %', (select min(g) from unnest(given) as g where g <> all (known)),
      array_to_string(known, ', ') using errcode = 'invalid_parameter_value';
  end if;
  if at_column is null or sort <> ltrim(sort, '-') and sort <> '-' || ltrim(sort, '-') then
    raise exception 'there is no order %: use receivedAt, nextAttemptAt or finalizedAt, or one of them after a -', sort
      using errcode = 'invalid_parameter_value';
  end if;
  if at_column = 'due_at' and not is_open or at_column = 'finalized_at' and not (is_completed or coalesce(state = 'dead', false)) then
    raise exception 'the order % is that of %: name one of these states', sort,
      case at_column when 'due_at' then 'pending and working' else 'completed and dead' end using errcode = 'invalid_parameter_value';
  end if;
  organizations := case when filter ->> 'organization' is not null then array[filter ->> 'organization']
    else array(select o.organization_id from ledger.organizations o) end;

  if at_column = 'due_at' then
    -- Each class by its index, which is given to who asks for the time; what waits behind a lease is due when that ends.
    direct := array(
      select format('ledger.work d where d.step = %L and d.priority = %L and d.due_at >= ''-infinity'' and d.lease_until is %s null', s.at_step, p.of_class,
        case when state = 'working' then 'not' end) || case when code is not null then ' and d.error_code = $9' else '' end
      from unnest(enum_range(null::ledger.step)) as s (at_step), unnest(enum_range(null::ledger.priority)) as p (of_class)
      where s.at_step = coalesce(step, s.at_step) and p.of_class = coalesce(priority, p.of_class));
    if state = 'pending' and coalesce(step, 'callback') = 'callback' and code is null then
      direct := direct || '(select w.organization_id, w.next_notification_id as notification_id, w.record_id, (w.next_arrival).received_at as received_at,
        w.lease_until as due_at from ledger.work w where w.next_notification_id is not null) d where true'::text;
    end if;
  elsif at_column = 'finalized_at' and is_completed then
    -- The condition is that of outcome_finalized.
    direct := array[ended || ' and d.finalized_at > ''-infinity'''];
  elsif at_column = 'finalized_at' then
    -- A step through the index for each code that something died of: within it they are in order.
    direct := array(
      select distinct format('ledger.outcome d where d.state = ''dead'' and d.step = %L and d.error_code = %L', s.at_step, c.died_of)
      from unnest(organizations) as g (organization_id)
      cross join unnest(enum_range(null::ledger.step)) as s (at_step)
      cross join lateral (
        with recursive cause as (
          (select o.error_code as died_of from ledger.outcome o where o.organization_id = g.organization_id and o.state = 'dead' and o.step = s.at_step
            order by o.error_code limit 1)
          union all
          select (select o.error_code from ledger.outcome o where o.organization_id = g.organization_id and o.state = 'dead' and o.step = s.at_step
            and o.error_code > a.died_of order by o.error_code limit 1)
          from cause a where a.died_of is not null
        )
        select cause.died_of from cause where cause.died_of is not null
      ) as c
      where s.at_step = coalesce(step, s.at_step) and c.died_of = coalesce(code, c.died_of));
    if direct = '{}' then return; end if;
  elsif given && array['record', 'order', 'whmcsOrder'] then
    records := array(
      select r.id from (
        select filter ->> 'record' as id
        union select s.record_id from ledger.snapshot s where s.organization_id = any (organizations) and s.order_number = filter ->> 'order'
        union select p.order_id from ledger.provisioning p
          where p.organization_id = any (organizations) and p.whmcs_order_id = filter ->> 'whmcsOrder'
        union select o.record_id from ledger.outcome o
          where o.organization_id = any (organizations) and o.whmcs_order_id = filter ->> 'whmcsOrder' and o.step <> 'write_back'
      ) as r where r.id <> '');
    sources := array['ledger.notification d where d.record_id = any ($10)'];
  elsif wanted is not null then
    -- Where more accounts than these match, matches are frequent: by time, then.
    if pieces is null then
      accounts := array(select a.name from ledger.account_name a
        where a.organization_id = any (organizations) and strpos(a.name, wanted) > 0 limit 201);
    else
      accounts := array(select a.name from ledger.account_name a
        where a.organization_id = any (organizations) and ledger.trigrams(a.name) @> pieces and strpos(a.name, wanted) > 0 limit 201);
    end if;
    wording := null;
    -- By state: a word that many of the newest have is found among these, and any other by its pieces. What completed has no error.
    direct := array(
      select concat(ended, ' and d.state = ', quote_literal(s.state), ' and d.error_message is not null',
        case when newest.matches < most then of_error end, ' and strpos(ledger.folded(d.error_message), $13) > 0')
      from unnest(array['dead', 'ignored', 'superseded', 'dismissed']::ledger.state[]) as s (state)
      cross join lateral (
        select count(*) as matches from (
          select from unnest(organizations) as g (organization_id)
          cross join lateral (
            select o.error_message from ledger.outcome o
            where o.organization_id = g.organization_id and o.state = s.state and o.state <> 'completed' and o.error_message is not null
              and o.received_at >= coalesce((filter ->> 'since')::timestamptz, '-infinity')
              and o.received_at <= least(before_at, (filter ->> 'until')::timestamptz, 'infinity')
            order by o.received_at desc
            limit 1000
          ) as o
          where strpos(ledger.folded(o.error_message), wanted) > 0
          limit most) as m
      ) as newest
      where filter ->> 'state' is null or s.state::text = filter ->> 'state') || (queued || ' and strpos(ledger.folded(d.error_message), $13) > 0');
    if cardinality(accounts) > 200 then
      sources := array[arrived];
    elsif cardinality(accounts) > 0 then
      sources := array['(select n.* from ledger.snapshot s
        cross join lateral (select n.organization_id, n.notification_id, n.record_id, n.received_at from ledger.notification n
          where n.organization_id = s.organization_id and n.record_id = s.record_id offset 0) n
        where s.organization_id = g.organization_id and ledger.folded(s.account_name) = any ($14)) d where true'];
    end if;
  elsif is_open then
    direct := array[queued];
  elsif state is not null and not is_completed then
    -- The condition is that of outcome_finalized.
    direct := array[ended || ' and d.finalized_at > ''-infinity'''];
  elsif code is not null then
    direct := case when is_completed then array[ended] else array[ended, queued] end;
  elsif step is not null then
    if not is_completed then
      direct := array[queued, ended || ' and d.state <> ''completed'''];
    end if;
    if step = 'write_back' then
      sources := array[arrived];
    else
      direct := direct || (ended || ' and d.state = ''completed'' and d.step <> ''write_back''');
    end if;
  elsif source <> 'outbound-message' then
    sources := array['(select m.organization_id, n.notification_id, n.record_id, m.received_at
      from ledger.message m
      cross join lateral (select n.notification_id, n.record_id from ledger.notification n
        where n.organization_id = m.organization_id and n.message_id = m.message_id offset 0) n
      where m.source <> ''outbound-message'' and m.source = $11) d where true'];
  elsif priority <> 'normal' then
    direct := array[queued || ' and d.priority = $12'];
    sources := array['ledger.notification d where d.priority <> ''normal'' and d.priority = $12'];
  elsif is_completed then
    -- Looked up alone: of those that wait, which came last, there may be many.
    direct := array['ledger.notification d where (select true from ledger.outcome o where o.organization_id = d.organization_id
      and o.notification_id = d.notification_id and o.record_id = d.record_id and o.state = ''completed'')'];
  else
    sources := array[arrived];
  end if;

  page := concat(format(' and ($3::timestamptz is null or (d.%s, d.notification_id) %s ($3, $4))', at_column,
      case direction when 'desc' then '<' else '>' end),
    case when filter ->> 'since' is not null then ' and d.received_at >= $5' end,
    -- What ended before had arrived before.
    case when filter ->> 'since' is not null and at_column = 'finalized_at' then ' and d.finalized_at >= $5' end,
    case when filter ->> 'until' is not null then ' and d.received_at < $6' end);
  ends := concat_ws(' and ', case when state is not null then 'v.state = $7' end, case when step is not null then 'v.step = $8' end,
    case when code is not null then 'v.error_code = $9' end);
  checks := concat_ws(' and ', case when source is not null then 'v.source = $11' end, case when priority is not null then 'v.priority = $12' end,
    case when filter ->> 'record' is not null then 'v.record_id = $15' end,
    case when filter ->> 'order' is not null then 'v.order_number = $16' end,
    case when filter ->> 'whmcsOrder' is not null then 'v.whmcs_order_id = $17' end);
  return query execute format('select g.organization_id, f.notification_id, f.record_id, f.at
    from unnest($1::text[]) as g (organization_id) cross join lateral (%1$s) as f
    order by f.at %2$s, f.notification_id %2$s limit $2',
    (select string_agg(format('(select d.notification_id, d.record_id, d.%4$s as at from %1$s and d.organization_id = g.organization_id%2$s%3$s
      order by d.%4$s %5$s, d.notification_id %5$s limit $2)', s.text, page,
      case when s.checks <> '' then format(' and (select %s from ledger.overview v where v.organization_id = g.organization_id
        and v.notification_id = d.notification_id and v.record_id = d.record_id)', s.checks) end, at_column, direction), ' union ')
      from (select unnest(direct) as text, concat_ws(' and ', nullif(checks, ''), wording) as checks
        union all select unnest(sources), concat_ws(' and ', nullif(ends, ''), nullif(checks, ''), worded)) as s),
    direction)
  using organizations, most, before_at, before_id, (filter ->> 'since')::timestamptz, (filter ->> 'until')::timestamptz, state, step,
    code, records, source, priority, wanted, accounts, filter ->> 'record', filter ->> 'order', filter ->> 'whmcsOrder',
    pieces;
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.find_notifications(filter jsonb, most integer DEFAULT 50, before_at timestamp with time zone DEFAULT NULL::timestamp with time zone, before_id text DEFAULT NULL::text, sort text DEFAULT '-receivedAt'::text)
 RETURNS SETOF ledger.overview
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
select v.*
from ledger.find_keys($1, $2, $3, $4, $5) with ordinality as k (organization_id, notification_id, record_id, at, place)
cross join lateral (
  select v.* from ledger.overview v
  where v.organization_id = k.organization_id and v.notification_id = k.notification_id and v.record_id = k.record_id
  offset 0
) as v
order by k.place
$function$
;

CREATE OR REPLACE FUNCTION ledger.folded(text text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (lower((text COLLATE "default")) COLLATE "C")
;

CREATE OR REPLACE FUNCTION ledger.forget_details(kept_for interval)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
with gone as (
  delete from ledger.attempt_detail d
  where d.ctid = any (array(select i.ctid from ledger.attempt_detail i where i.kept_at < now() - $1 order by i.kept_at limit 2000 for update skip locked))
  returning 1
)
select count(*)::integer from gone
$function$
;

CREATE OR REPLACE FUNCTION ledger.is_by_hand()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  return current_setting('application_name') not like 'soapstone%'
    and current_setting('search_path') not in ('pg_catalog,pg_temp', 'pg_catalog, pg_temp');
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.keep_order_version()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  number integer;
begin
  if tg_op = 'DELETE' then
    delete from ledger.order_version v where v.organization_id = old.organization_id and v.record_id = old.record_id;
    return null;
  end if;
  select coalesce(max(v.version), 0) + 1 into number
  from ledger.order_version v
  where v.organization_id = old.organization_id and v.record_id = old.record_id;
  insert into ledger.order_version (organization_id, record_id, version, content, taken_at)
  values (old.organization_id, old.record_id, number, old.content, old.taken_at);
  delete from ledger.order_version v
  where v.organization_id = old.organization_id and v.record_id = old.record_id and v.version <= number - 20;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.mark_duplicated(organization_id text, record_id text, message text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION ledger.pause_step(organization_id text, step ledger.step, reason text, until timestamp with time zone DEFAULT NULL::timestamp with time zone, requested_by text DEFAULT NULL::text, acting jsonb DEFAULT NULL::jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  actor constant text := coalesce(acting ->> 'name', nullif(btrim(requested_by), ''), session_user);
begin
  if reason is null or reason !~ '\S' then
    raise exception 'say why, for whoever finds it paused' using errcode = 'check_violation';
  end if;
  if until <= now() then
    raise exception 'that time is over: %', until using errcode = 'object_not_in_prerequisite_state';
  end if;
  insert into ledger.pause as p (organization_id, step, until, code, message, worker, by_person)
  values (pause_step.organization_id, pause_step.step, coalesce(pause_step.until, 'infinity'), 'PAUSED_BY_PERSON', reason, actor, true)
  on conflict on constraint pause_pk do update
  set until = excluded.until, message = excluded.message, worker = excluded.worker;
  perform ledger.write_audit(organization_id, 'pause', coalesce(acting, jsonb_build_object('name', requested_by)), reason, null, null,
    jsonb_strip_nulls(jsonb_build_object('step', step, 'until', until)));
  insert into ledger.event (organization_id, type, subject, data)
  select pause_step.organization_id, 'stage.paused', pause_step.step::text, jsonb_build_object('organizationId', pause_step.organization_id,
    'step', pause_step.step, 'code', 'PAUSED_BY_PERSON', 'message', reason,
    'until', to_char(pause_step.until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  where 'stage.paused' = any (array(select unnest(w.types) from ledger.webhook w where w.state = 'active'));
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.put_document(organization_id text, collection text, key text, content jsonb, expected integer, acting jsonb)
 RETURNS TABLE(version integer, changed_at timestamp with time zone, created boolean)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
  present integer;
  number integer;
  who text := coalesce(nullif(btrim($6 ->> 'name'), ''), session_user);
begin
  perform pg_advisory_xact_lock(hashtextextended(concat_ws(' ', $1, $2, $3), 8));
  select d.version into present from ledger.document d where d.organization_id = $1 and d.collection = $2 and d.key = $3;
  if $5 is not null and $5 <> coalesce(present, 0) or $4 is null and present is null then return; end if;
  if present is null and (select count(*) from (select from ledger.document d
      where d.organization_id = $1 and d.collection = $2 limit 10000) as d) >= 10000 then
    raise exception 'the collection % has 10000 documents already', $2 using errcode = 'program_limit_exceeded';
  end if;
  select coalesce(max(v.version), 0) + 1 into number
  from ledger.document_version v where v.organization_id = $1 and v.collection = $2 and v.key = $3;
  if $4 is null then
    delete from ledger.document d where d.organization_id = $1 and d.collection = $2 and d.key = $3;
  else
    insert into ledger.document as d (organization_id, collection, key, version, content, changed_by)
    values ($1, $2, $3, number, $4, who)
    on conflict (organization_id, collection, key) do update
    set version = excluded.version, content = excluded.content, changed_at = now(), changed_by = excluded.changed_by;
  end if;
  insert into ledger.document_version (organization_id, collection, key, version, content, changed_by)
  values ($1, $2, $3, number, $4, who);
  delete from ledger.document_version v
  where v.organization_id = $1 and v.collection = $2 and v.key = $3 and v.version <= number - 100;
  perform ledger.write_audit($1, case when $4 is null then 'document_remove' else 'document_put' end, $6, null, null, null,
    jsonb_build_object('collection', $2, 'key', $3, 'version', number));
  return query select number, now(), present is null;
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.put_to_work(put ledger.outcome, to_step ledger.step, by_person boolean)
 RETURNS ledger.step
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION ledger.refuse_by_hand()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  raise exception using errcode = 'object_not_in_prerequisite_state', message = case tg_argv[0]
    when 'outcome' then 'how a notification ended is not written by hand: a state that did not happen would be believed'
    when 'provisioning' then 'what is known of an order in WHMCS is not changed by hand: exactly-once stands on it'
    when 'notification' then 'ledger.notification is not emptied: it is what recognises a redelivery'
    else 'ledger.audit is kept as it was written' end,
    hint = case tg_argv[0]
      when 'outcome' then 'use ledger.replay or ledger.dismiss'
      when 'provisioning' then 'say what you found with soapstone resolve' else '' end;
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.reopen(organization_id text, notification_id text, record_id text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION ledger.replay(organization_id text, notification_id text, reason text, to_step ledger.step DEFAULT NULL::ledger.step, requested_by text DEFAULT NULL::text, record_id text DEFAULT NULL::text, acting jsonb DEFAULT NULL::jsonb)
 RETURNS ledger.step
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION ledger.replay_where(filter jsonb, reason text, dry_run boolean DEFAULT false)
 RETURNS TABLE(replayed integer, skipped integer, for_example text[])
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  narrowed constant jsonb := jsonb_build_object('state', 'dead') || jsonb_strip_nulls(filter);
  one ledger.overview;
begin
  replayed := 0;
  skipped := 0;
  for one in select * from ledger.find_notifications(narrowed, 1000000) loop
    if cardinality(for_example) is null or cardinality(for_example) < 5 then
      for_example := for_example || coalesce(one.record_id, one.notification_id);
    end if;
    begin
      if not dry_run then
        perform ledger.replay(one.organization_id, one.notification_id, reason, null, null, coalesce(one.record_id, ''));
      end if;
      replayed := replayed + 1;
    exception when no_data_found or object_not_in_prerequisite_state then
      skipped := skipped + 1;
    end;
  end loop;
  return next;
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.resolve(organization_id text, notification_id text, whmcs_order_id text, reason text, requested_by text DEFAULT NULL::text, record_id text DEFAULT NULL::text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  one ledger.overview;
  intent ledger.provisioning;
  task_id bigint;
begin
  select v.* into one from ledger.overview v
  where v.organization_id = resolve.organization_id and v.notification_id = resolve.notification_id
    and (resolve.record_id is null or v.record_id = resolve.record_id)
  order by v.state <> 'dead', v.received_at desc
  limit 1;
  if not found then
    raise exception 'no notification % of organization %', notification_id, organization_id using errcode = 'no_data_found';
  end if;
  if whmcs_order_id !~ '^[1-9][0-9]{0,9}$' then
    raise exception '% is not the id of a WHMCS order, which is a number', whmcs_order_id using errcode = 'invalid_parameter_value';
  end if;
  select p.* into intent from ledger.provisioning p where p.organization_id = one.organization_id and p.order_id = one.record_id;
  if one.state <> 'dead' and not (one.state = 'pending' and coalesce(intent.state = 'added', false)) then
    raise exception 'notification % is %: only dead letters are resolved', notification_id, one.state
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  if intent.state is null or not (intent.state = 'sending' or intent.state = 'added' and intent.adopted) then
    raise exception 'order % has no AddOrder with an unknown outcome', one.record_id using errcode = 'object_not_in_prerequisite_state';
  end if;
  if exists (select from ledger.provisioning p where p.organization_id = one.organization_id and p.order_id <> one.record_id
      and p.whmcs_order_id = resolve.whmcs_order_id) then
    raise exception 'WHMCS order % belongs to another order', whmcs_order_id using errcode = 'object_not_in_prerequisite_state';
  end if;
  insert into ledger.task as t (organization_id, kind, priority, request, reason, acting, total)
  values (one.organization_id, 'resolve', 'critical', jsonb_build_object('notificationId', one.notification_id, 'recordId', one.record_id,
    'whmcsOrderId', whmcs_order_id), reason, jsonb_build_object('name', coalesce(nullif(btrim(requested_by), ''), session_user), 'via', 'sql',
    'startedBy', session_user), 1)
  returning t.task_id into task_id;
  return task_id;
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.resume_step(organization_id text, step ledger.step, reason text, requested_by text DEFAULT NULL::text, acting jsonb DEFAULT NULL::jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  codes text[];
  since timestamptz;
begin
  with ended as (
    delete from ledger.pause p where p.organization_id = resume_step.organization_id and p.step = resume_step.step
    returning p.code, p.since, p.until
  )
  select array_agg(e.code) filter (where e.until > now()), min(e.since) into codes, since from ended e;
  if codes is null then
    raise exception 'step % of % does not stand still', step, organization_id using errcode = 'object_not_in_prerequisite_state';
  end if;
  perform ledger.write_audit(organization_id, 'resume', coalesce(acting, jsonb_build_object('name', requested_by)), reason, null, null,
    jsonb_build_object('step', step, 'codes', codes));
  insert into ledger.event (organization_id, type, subject, data)
  select resume_step.organization_id, 'stage.resumed', resume_step.step::text, jsonb_build_object(
    'organizationId', resume_step.organization_id, 'step', resume_step.step, 'code', codes[1],
    'since', to_char(since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  where 'stage.resumed' = any (array(select unnest(w.types) from ledger.webhook w where w.state = 'active'));
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.retire(organization_id text, kept_for interval, since timestamp with time zone)
 RETURNS TABLE(notifications integer, attempts integer, acts integer, messages integer, snapshots integer, until timestamp with time zone)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION ledger.retire_notices(kept_for interval)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION ledger.set_priority(organization_id text, notification_id text, priority ledger.priority, reason text DEFAULT NULL::text, requested_by text DEFAULT NULL::text, record_id text DEFAULT NULL::text, acting jsonb DEFAULT NULL::jsonb)
 RETURNS ledger.priority
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  row ledger.work;
  state ledger.state;
begin
  select w.* into row from ledger.notification n
  join ledger.work w on w.organization_id = n.organization_id and w.record_id = n.record_id
    and (w.notification_id = n.notification_id or w.next_notification_id = n.notification_id)
  where n.organization_id = set_priority.organization_id and n.notification_id = set_priority.notification_id
    and (set_priority.record_id is null or n.record_id = set_priority.record_id)
  limit 1
  for update of w;
  if not found then
    select v.state into state from ledger.overview v where v.organization_id = set_priority.organization_id
      and v.notification_id = set_priority.notification_id limit 1;
    if not found then
      raise exception 'no notification % of organization %', notification_id, organization_id using errcode = 'no_data_found';
    end if;
    raise exception 'notification % is %: only what is open has a priority', notification_id, state
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  update ledger.work w set priority = set_priority.priority where w.organization_id = row.organization_id and w.record_id = row.record_id;
  perform ledger.write_audit(organization_id, 'priority', coalesce(acting, jsonb_build_object('name', requested_by)), reason,
    notification_id, row.record_id, jsonb_build_object('from', row.priority, 'to', priority));
  return priority;
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.start_replay(filter jsonb, reason text, acting jsonb DEFAULT NULL::jsonb, priority ledger.priority DEFAULT 'batch'::ledger.priority)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  narrowed constant jsonb := jsonb_build_object('state', 'dead') || jsonb_strip_nulls(filter) || jsonb_build_object('until',
    least(now(), (filter ->> 'until')::timestamptz));
  -- Without the end that is set above, where nobody asked for one: what is dead is counted by an index then.
  found_count constant integer := ledger.count_notifications(jsonb_build_object('state', 'dead') || jsonb_strip_nulls(filter));
  task_id bigint;
begin
  delete from ledger.task t where t.finished_at < now() - interval '90 days';
  insert into ledger.task as t (organization_id, kind, priority, request, reason, acting, total)
  values (coalesce(filter ->> 'organization', ''), 'replay', start_replay.priority, narrowed, start_replay.reason,
    jsonb_build_object('name', session_user, 'via', 'sql') || coalesce(acting, '{}') || jsonb_build_object('startedBy', session_user),
    found_count)
  returning t.task_id into task_id;
  return task_id;
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.sum_hours(most integer, kept_for interval)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  summed integer;
begin
  -- Of several processes one counts.
  if not pg_try_advisory_xact_lock(hashtextextended('ledger.sum_hours', 8)) then return 0; end if;
  delete from ledger.hour h where h.hour < now() - greatest(kept_for, interval '14 days');
  with due as (
    select g.organization_id, t.hour
    from ledger.organizations g
    cross join lateral (select coalesce(
        (select max(h.hour) + interval '1 hour' from ledger.hour h where h.organization_id = g.organization_id),
        (select date_bin('1 hour', min(n.received_at), '1970-01-01T00:00:00Z') from ledger.notification n where n.organization_id = g.organization_id)
      ) as first) as f
    cross join lateral generate_series(f.first, now() - interval '65 minutes', '1 hour') as t (hour)
    order by t.hour
    limit most
  )
  insert into ledger.hour (organization_id, hour, received, completed, ignored, superseded, dead)
  select d.organization_id, d.hour, a.received, e.completed, e.ignored, e.superseded, e.dead
  from due d
  cross join lateral (
    select count(*) as received from ledger.notification n
    where n.organization_id = d.organization_id and n.received_at >= d.hour and n.received_at < d.hour + interval '1 hour'
  ) as a
  cross join lateral (
    select count(*) filter (where o.state = 'completed') as completed, count(*) filter (where o.state = 'ignored') as ignored,
      count(*) filter (where o.state = 'superseded') as superseded, count(*) filter (where o.state in ('dead', 'dismissed')) as dead
    from ledger.outcome o
    where o.organization_id = d.organization_id and o.finalized_at >= d.hour and o.finalized_at < d.hour + interval '1 hour'
  ) as e;
  get diagnostics summed = row_count;
  return summed;
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.supersede_dead(organization_id text, record_id text, by_id text, received_until timestamp with time zone)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
with superseded as (
  update ledger.outcome o
  set state = 'superseded', superseded_by = $3
  where o.ctid = any (array(
    select i.ctid from ledger.outcome i
    where i.organization_id = $1 and i.record_id = $2 and i.state = 'dead' and i.received_at <= $4
    for update skip locked))
  returning 1
)
select count(*)::integer from superseded
$function$
;

CREATE OR REPLACE FUNCTION ledger.trigrams(text text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN ARRAY(SELECT DISTINCT substr(t.folded, i.i, 3) AS substr FROM ((SELECT ledger.folded(trigrams.text) AS folded) t CROSS JOIN LATERAL generate_series(1, (length(t.folded) - 2)) i(i)))
;

CREATE OR REPLACE FUNCTION ledger.try_step(organization_id text, step ledger.step, reason text, requested_by text DEFAULT NULL::text, acting jsonb DEFAULT NULL::jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (select from ledger.pause p where p.organization_id = try_step.organization_id and p.step = try_step.step
      and p.by_person and p.until > now()) then
    raise exception 'step % of % was stopped by a person: resume it', step, organization_id
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  update ledger.pause p set until = now()
  where p.organization_id = try_step.organization_id and p.step = try_step.step and p.until > now();
  if not found then
    raise exception 'step % of % does not stand still', step, organization_id using errcode = 'object_not_in_prerequisite_state';
  end if;
  perform ledger.write_audit(organization_id, 'try_now', coalesce(acting, jsonb_build_object('name', requested_by)), reason, null, null,
    jsonb_build_object('step', step));
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.work_replays(most integer, only_task bigint DEFAULT NULL::bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  task ledger.task;
  one ledger.overview;
  seen integer := 0;
begin
  select t.* into task from ledger.task t
  where t.kind = 'replay' and t.state in ('waiting', 'running') and (only_task is null or t.task_id = only_task)
  order by t.priority, t.task_id
  limit 1
  for update skip locked;
  if not found then return null; end if;
  for one in select * from ledger.find_notifications(task.request, most, task.before_at, task.before_id) loop
    seen := seen + 1;
    begin
      perform ledger.replay(one.organization_id, one.notification_id, task.reason, null, null, coalesce(one.record_id, ''),
        task.acting || jsonb_build_object('taskId', task.task_id));
      update ledger.work w set priority = greatest(w.priority, task.priority)
      where w.organization_id = one.organization_id and w.record_id = one.record_id and w.notification_id = one.notification_id;
      task.done := task.done + 1;
    exception
      when no_data_found or object_not_in_prerequisite_state then
        task.skipped := task.skipped + 1;
        task.errors := task.errors || jsonb_build_object('notificationId', one.notification_id, 'recordId', one.record_id, 'message', sqlerrm);
      when check_violation or unique_violation or data_exception then
        task.failed := task.failed + 1;
        task.errors := task.errors || jsonb_build_object('notificationId', one.notification_id, 'recordId', one.record_id, 'message', sqlerrm);
    end;
    task.before_at := one.received_at;
    task.before_id := one.notification_id;
  end loop;
  update ledger.task t
  set state = case when seen < most then 'completed' else 'running' end, done = task.done, skipped = task.skipped, failed = task.failed,
    errors = (select coalesce(jsonb_agg(e.value), '[]') from (select value from jsonb_array_elements(task.errors) limit 100) as e),
    before_at = task.before_at, before_id = task.before_id, started_at = coalesce(t.started_at, now()),
    finished_at = case when seen < most then now() end
  where t.organization_id = task.organization_id and t.task_id = task.task_id;
  return task.task_id;
end
$function$
;

CREATE OR REPLACE FUNCTION ledger.write_audit(organization_id text, act text, acting jsonb, reason text DEFAULT NULL::text, notification_id text DEFAULT NULL::text, record_id text DEFAULT NULL::text, detail jsonb DEFAULT '{}'::jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
insert into ledger.audit (organization_id, act, actor, via, token_id, subject, address, reason, notification_id, record_id, detail)
values ($1, $2, coalesce(nullif(btrim($3 ->> 'name'), ''), session_user), coalesce($3 ->> 'via', 'sql'), $3 ->> 'tokenId',
  $3 ->> 'subject', $3 ->> 'address', $4, $5, $6,
  $7 || jsonb_strip_nulls(jsonb_build_object('taskId', $3 -> 'taskId', 'startedBy', $3 -> 'startedBy')))
$function$
;

grant usage on schema ledger to ledger_reader;
grant usage on schema ledger to ledger_service;

grant insert on ledger.account_name to ledger_service;
grant select on ledger.account_name to ledger_reader;
grant select on ledger.account_name to ledger_service;
grant insert on ledger.alert to ledger_service;
grant select on ledger.alert to ledger_service;
grant update on ledger.alert to ledger_service;
grant select on ledger.alerts to ledger_reader;
grant select on ledger.alerts to ledger_service;
grant insert on ledger.attempt to ledger_service;
grant select on ledger.attempt to ledger_reader;
grant select on ledger.attempt to ledger_service;
grant insert on ledger.attempt_detail to ledger_service;
grant select on ledger.attempt_detail to ledger_reader;
grant select on ledger.attempt_detail to ledger_service;
grant select on ledger.attempts to ledger_reader;
grant select on ledger.attempts to ledger_service;
grant select on ledger.audit to ledger_reader;
grant select on ledger.audit to ledger_service;
grant select on ledger.brief to ledger_reader;
grant select on ledger.brief to ledger_service;
grant insert on ledger.client to ledger_service;
grant select on ledger.client to ledger_reader;
grant select on ledger.client to ledger_service;
grant update on ledger.client to ledger_service;
grant delete on ledger.client_lease to ledger_service;
grant insert on ledger.client_lease to ledger_service;
grant select on ledger.client_lease to ledger_service;
grant select on ledger.dead_letters to ledger_reader;
grant select on ledger.dead_letters to ledger_service;
grant select on ledger.deliveries to ledger_reader;
grant select on ledger.deliveries to ledger_service;
grant insert on ledger.delivery to ledger_service;
grant select on ledger.delivery to ledger_service;
grant update on ledger.delivery to ledger_service;
grant select on ledger.document to ledger_service;
grant select on ledger.document_version to ledger_service;
grant select on ledger.document_versions to ledger_reader;
grant select on ledger.document_versions to ledger_service;
grant select on ledger.documents to ledger_reader;
grant select on ledger.documents to ledger_service;
grant insert on ledger.event to ledger_service;
grant select on ledger.event to ledger_service;
grant select on ledger.hour to ledger_reader;
grant select on ledger.hour to ledger_service;
grant select on ledger.inbox to ledger_reader;
grant select on ledger.inbox to ledger_service;
grant select on ledger.latency to ledger_reader;
grant select on ledger.latency to ledger_service;
grant delete on ledger.mapping to ledger_service;
grant insert on ledger.mapping to ledger_service;
grant select on ledger.mapping to ledger_reader;
grant select on ledger.mapping to ledger_service;
grant insert on ledger.message to ledger_service;
grant select on ledger.message to ledger_service;
grant usage on ledger.message_id to ledger_service;
grant select on ledger.migration to ledger_reader;
grant select on ledger.migration to ledger_service;
grant insert on ledger.notification to ledger_service;
grant select on ledger.notification to ledger_reader;
grant select on ledger.notification to ledger_service;
grant select on ledger.order_version to ledger_service;
grant select on ledger.organizations to ledger_reader;
grant select on ledger.organizations to ledger_service;
grant insert on ledger.outcome to ledger_service;
grant select on ledger.outcome to ledger_reader;
grant select on ledger.outcome to ledger_service;
grant select on ledger.overview to ledger_reader;
grant select on ledger.overview to ledger_service;
grant delete on ledger.pause to ledger_service;
grant insert on ledger.pause to ledger_service;
grant select on ledger.pause to ledger_reader;
grant select on ledger.pause to ledger_service;
grant update on ledger.pause to ledger_service;
grant insert on ledger.provisioning to ledger_service;
grant select on ledger.provisioning to ledger_reader;
grant select on ledger.provisioning to ledger_service;
grant update on ledger.provisioning to ledger_service;
grant select on ledger.provisionings to ledger_reader;
grant select on ledger.provisionings to ledger_service;
grant delete on ledger.quick_action_key to ledger_service;
grant insert on ledger.quick_action_key to ledger_service;
grant select on ledger.quick_action_key to ledger_reader;
grant select on ledger.quick_action_key to ledger_service;
grant update on ledger.quick_action_key to ledger_service;
grant delete on ledger.quick_action_nonce to ledger_service;
grant insert on ledger.quick_action_nonce to ledger_service;
grant select on ledger.quick_action_nonce to ledger_reader;
grant select on ledger.quick_action_nonce to ledger_service;
grant update on ledger.quick_action_nonce to ledger_service;
grant insert on ledger.reading to ledger_service;
grant select on ledger.reading to ledger_reader;
grant select on ledger.reading to ledger_service;
grant update on ledger.reading to ledger_service;
grant delete on ledger.session to ledger_service;
grant insert on ledger.session to ledger_service;
grant select on ledger.session to ledger_service;
grant select on ledger.sessions to ledger_reader;
grant select on ledger.sessions to ledger_service;
grant insert on ledger.snapshot to ledger_service;
grant select on ledger.snapshot to ledger_reader;
grant select on ledger.snapshot to ledger_service;
grant update on ledger.snapshot to ledger_service;
grant delete on ledger.subscription to ledger_service;
grant insert on ledger.subscription to ledger_service;
grant select on ledger.subscription to ledger_reader;
grant select on ledger.subscription to ledger_service;
grant update on ledger.subscription to ledger_service;
grant select on ledger.subscriptions to ledger_reader;
grant select on ledger.subscriptions to ledger_service;
grant insert on ledger.tally to ledger_service;
grant select on ledger.tally to ledger_service;
grant update on ledger.tally to ledger_service;
grant select on ledger.task to ledger_reader;
grant select on ledger.task to ledger_service;
grant select on ledger.tasks to ledger_reader;
grant select on ledger.tasks to ledger_service;
grant select on ledger.throughput to ledger_reader;
grant select on ledger.throughput to ledger_service;
grant delete on ledger.token to ledger_service;
grant insert on ledger.token to ledger_service;
grant select on ledger.token to ledger_service;
grant select on ledger.tokens to ledger_reader;
grant select on ledger.tokens to ledger_service;
grant delete on ledger.undecodable_event to ledger_service;
grant insert on ledger.undecodable_event to ledger_service;
grant select on ledger.undecodable_event to ledger_reader;
grant select on ledger.undecodable_event to ledger_service;
grant select on ledger.undecodable_events to ledger_reader;
grant select on ledger.undecodable_events to ledger_service;
grant delete on ledger.webhook to ledger_service;
grant insert on ledger.webhook to ledger_service;
grant select on ledger.webhook to ledger_service;
grant update on ledger.webhook to ledger_service;
grant delete on ledger.work to ledger_service;
grant insert on ledger.work to ledger_service;
grant select on ledger.work to ledger_reader;
grant select on ledger.work to ledger_service;
grant update on ledger.work to ledger_service;
grant delete on ledger.worker to ledger_service;
grant insert on ledger.worker to ledger_service;
grant select on ledger.worker to ledger_reader;
grant select on ledger.worker to ledger_service;
grant update on ledger.worker to ledger_service;

grant execute on function ledger.analyze_tables to ledger_service;
grant execute on function ledger.apply_finding to ledger_operator;
grant execute on function ledger.cancel to ledger_operator;
grant execute on function ledger.cancel_task to ledger_operator;
grant execute on function ledger.count_notifications to ledger_reader;
grant execute on function ledger.dismiss to ledger_operator;
grant execute on function ledger.find_keys to ledger_reader;
grant execute on function ledger.find_notifications to ledger_reader;
grant execute on function ledger.folded to public;
grant execute on function ledger.forget_details to ledger_service;
grant execute on function ledger.is_by_hand to public;
grant execute on function ledger.mark_duplicated to ledger_service;
grant execute on function ledger.pause_step to ledger_operator;
grant execute on function ledger.put_document to ledger_operator;
grant execute on function ledger.put_document to ledger_service;
grant execute on function ledger.reopen to ledger_service;
grant execute on function ledger.replay to ledger_operator;
grant execute on function ledger.replay_where to ledger_operator;
grant execute on function ledger.resolve to ledger_operator;
grant execute on function ledger.resume_step to ledger_operator;
grant execute on function ledger.retire to ledger_service;
grant execute on function ledger.retire_notices to ledger_service;
grant execute on function ledger.set_priority to ledger_operator;
grant execute on function ledger.start_replay to ledger_operator;
grant execute on function ledger.sum_hours to ledger_service;
grant execute on function ledger.supersede_dead to ledger_service;
grant execute on function ledger.trigrams to public;
grant execute on function ledger.try_step to ledger_operator;
grant execute on function ledger.work_replays to ledger_operator;
grant execute on function ledger.write_audit to ledger_service;
