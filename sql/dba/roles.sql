-- roles: the roles and grants that the migration could not make, because its user may not make roles.
-- As a superuser (or a user with createrole that owns the ledger); as often as you like.
do $$
begin
  if not exists (select from pg_roles where rolname = 'ledger_reader') then create role ledger_reader nologin; end if;
  if not exists (select from pg_roles where rolname = 'ledger_operator') then create role ledger_operator nologin; end if;
  if not exists (select from pg_roles where rolname = 'ledger_service') then create role ledger_service nologin; end if;
end
$$;

grant ledger_reader to ledger_operator;
grant ledger_operator to ledger_service;

grant usage on schema ledger to ledger_reader;
grant select on ledger.overview, ledger.brief, ledger.inbox, ledger.dead_letters, ledger.attempts, ledger.throughput, ledger.provisionings,
  ledger.organizations to ledger_reader;
grant select on ledger.notification, ledger.work, ledger.outcome, ledger.snapshot, ledger.account_name, ledger.provisioning,
  ledger.attempt, ledger.audit, ledger.pause, ledger.migration to ledger_reader;
grant select (organization_id, message_id, source, action_id, has_session, enterprise_url, partner_url, received_at, traceparent) on ledger.message to ledger_reader;

revoke all on function ledger.replay, ledger.write_audit, ledger.dismiss, ledger.supersede_dead, ledger.apply_finding,
  ledger.find_keys, ledger.find_notifications, ledger.count_notifications, ledger.pause_step, ledger.resume_step, ledger.try_step, ledger.set_priority, ledger.start_replay,
  ledger.work_replays, ledger.replay_where, ledger.cancel_task, ledger.resolve, ledger.forget_details from public;
grant select on ledger.undecodable_event, ledger.undecodable_events, ledger.latency, ledger.task, ledger.tasks, ledger.worker, ledger.attempt_detail to ledger_reader;
grant select on ledger.documents, ledger.document_versions to ledger_reader;
grant execute on function ledger.find_keys, ledger.find_notifications, ledger.count_notifications to ledger_reader;
grant execute on function ledger.replay, ledger.dismiss, ledger.apply_finding, ledger.pause_step, ledger.resume_step, ledger.try_step,
  ledger.set_priority, ledger.start_replay, ledger.work_replays, ledger.replay_where, ledger.cancel_task, ledger.resolve to ledger_operator;

grant usage on schema ledger to ledger_service;
grant select on all tables in schema ledger to ledger_service;
grant usage on sequence ledger.message_id to ledger_service;
grant insert on ledger.message, ledger.notification, ledger.work, ledger.client_lease, ledger.outcome, ledger.snapshot,
  ledger.account_name, ledger.provisioning, ledger.attempt, ledger.pause to ledger_service;
grant update on ledger.work, ledger.snapshot, ledger.provisioning, ledger.pause to ledger_service;
grant update (session) on ledger.message to ledger_service;
grant delete on ledger.work, ledger.client_lease, ledger.pause to ledger_service;
grant update (state, done, failed, errors, lease_holder, lease_until, started_at, finished_at) on ledger.task to ledger_service;
grant insert, update, delete on ledger.worker to ledger_service;
grant insert on ledger.attempt_detail to ledger_service;
grant execute on function ledger.reopen, ledger.retire, ledger.analyze_tables, ledger.write_audit, ledger.supersede_dead, ledger.forget_details to ledger_service;

grant select on ledger.tokens to ledger_reader;
grant select on ledger.token, ledger.tokens to ledger_service;
grant insert, delete on ledger.token to ledger_service;
grant update (expires_at, last_used_at, revoked_at, revoked_by, successor_id) on ledger.token to ledger_service;

grant select on ledger.deliveries, ledger.alerts, ledger.reading to ledger_reader;
revoke all on function ledger.address_event, ledger.retire_notices from public;
grant insert on ledger.webhook, ledger.event, ledger.delivery, ledger.alert, ledger.tally, ledger.reading to ledger_service;
grant update on ledger.webhook, ledger.delivery, ledger.alert, ledger.tally, ledger.reading to ledger_service;
grant delete on ledger.webhook to ledger_service;
grant execute on function ledger.retire_notices to ledger_service;
grant select on ledger.hour to ledger_reader;
revoke all on function ledger.sum_hours from public;
grant execute on function ledger.sum_hours to ledger_service;
grant select on ledger.sessions, ledger.mapping, ledger.quick_action_nonce, ledger.quick_action_key to ledger_reader;
grant select on ledger.client, ledger.subscription, ledger.subscriptions, ledger.undecodable_event,
  ledger.undecodable_events to ledger_reader;
grant insert, update, delete on ledger.quick_action_nonce, ledger.quick_action_key to ledger_service;
grant select, insert, delete on ledger.session to ledger_service;
grant update (last_seen_at) on ledger.session to ledger_service;
grant select on ledger.sessions to ledger_service;

grant select on ledger.client to ledger_reader;
grant insert, update on ledger.client to ledger_service;
grant insert, delete on ledger.mapping to ledger_service;
revoke all on function ledger.cancel from public;
grant execute on function ledger.cancel to ledger_operator;
