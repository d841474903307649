-- Up Migration
-- replay puts a final notification back to work with a fresh retry budget. The step is callback, which reads the
-- order anew, unless only the report to Salesforce had failed; to_step decides otherwise. Returns the step.
-- Only what WHMCS accepted can be reported: write_back would tell Salesforce that the order is provisioned.
-- Whoever calls it may name a person, and the login is written beside the name: a record that the one who asks can
-- write at will proves nothing.
create or replace function ledger.replay(organization_id text, notification_id text, reason text, to_step ledger.step default null, requested_by text default session_user)
returns ledger.step
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
