-- Up Migration
-- What people do: they put dead letters aside, settle what is unknown in WHMCS, and change rows by hand. All of it is
-- kept in ledger.audit, and a final state that did not happen is refused.

-- Where an id came with several records, the dead one of them is meant, or the newest.
create function ledger.dismiss(organization_id text, notification_id text, reason text, requested_by text default null,
  record_id text default null, acting jsonb default null)
returns ledger.state
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.dismiss is 'Puts a dead letter aside: nothing is done for it any more. It can be replayed.';

-- finish calls it where a record that completes has any. Those that somebody has in hand right now are passed by: who
-- replays one has locked it, and waits for the record.
create function ledger.supersede_dead(organization_id text, record_id text, by_id text, received_until timestamptz) returns integer
language sql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.supersede_dead is 'Internal: ends the older dead letters of a record that has completed.';

-- What a person found in WHMCS for an order of unknown outcome: it is that one, or (null) it was never made. What was said
-- so, or found by its marker, can be taken back until it is accepted. Not while a worker has the order in hand: the
-- sending could be a new one. Whoever calls this has asked WHMCS whether it can be so.
create function ledger.apply_finding(organization_id text, notification_id text, record_id text, whmcs_order_id text, reason text,
  acting jsonb)
returns ledger.step
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.apply_finding is 'Internal: soapstone resolve calls it, after it has asked WHMCS whether it can be so.';

-- Ours are known by their name, and by the search path that they begin with; functions of the ledger by the one that they
-- set. Whoever borrows either is not seen, and has no need to: he may as well switch the trigger off.
create function ledger.is_by_hand() returns boolean
language sql stable
as $$
select current_setting('search_path') not in ('pg_catalog,pg_temp', 'pg_catalog, pg_temp')
  and current_setting('application_name') not like 'soapstone%'
$$;
comment on function ledger.is_by_hand is 'Whether the statement comes from a person at a session of the database, and not from soapstone.';

-- Values that are long or personal are named and not copied; a session never is.
create function ledger.audit_by_hand() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.audit_by_hand is 'Internal: keeps what a person changed in a table by hand.';

create function ledger.refuse_by_hand() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.refuse_by_hand is 'Internal: refuses what nobody may do by hand, the owner not either.';

create trigger outcome_not_made_by_hand before insert or delete or update of organization_id, notification_id, record_id, state,
  whmcs_order_id, superseded_by on ledger.outcome
  for each row when (ledger.is_by_hand()) execute function ledger.refuse_by_hand('outcome');
create trigger provisioning_not_made_by_hand before insert or update of organization_id, order_id, state, whmcs_order_id
  on ledger.provisioning
  for each row when (ledger.is_by_hand()) execute function ledger.refuse_by_hand('provisioning');
create trigger audit_is_kept before delete or update on ledger.audit
  for each row when (ledger.is_by_hand()) execute function ledger.refuse_by_hand('audit');

create trigger outcome_not_emptied before truncate on ledger.outcome
  for each statement when (ledger.is_by_hand()) execute function ledger.refuse_by_hand('outcome');
create trigger provisioning_not_emptied before truncate on ledger.provisioning
  for each statement when (ledger.is_by_hand()) execute function ledger.refuse_by_hand('provisioning');
create trigger notification_not_emptied before truncate on ledger.notification
  for each statement when (ledger.is_by_hand()) execute function ledger.refuse_by_hand('notification');
create trigger audit_not_emptied before truncate on ledger.audit
  for each statement when (ledger.is_by_hand()) execute function ledger.refuse_by_hand('audit');

create trigger audit_by_hand after update on ledger.outcome
  for each row when (ledger.is_by_hand()) execute function ledger.audit_by_hand();
create trigger audit_by_hand after update or delete on ledger.provisioning
  for each row when (ledger.is_by_hand()) execute function ledger.audit_by_hand();
create trigger audit_by_hand after update or delete on ledger.message
  for each row when (ledger.is_by_hand()) execute function ledger.audit_by_hand();
create trigger audit_by_hand after update or delete on ledger.notification
  for each row when (ledger.is_by_hand()) execute function ledger.audit_by_hand();
create trigger audit_by_hand after update or delete on ledger.attempt
  for each row when (ledger.is_by_hand()) execute function ledger.audit_by_hand();
create trigger audit_by_hand after insert or update or delete on ledger.work
  for each row when (ledger.is_by_hand()) execute function ledger.audit_by_hand();
create trigger audit_by_hand after insert or update or delete on ledger.client_lease
  for each row when (ledger.is_by_hand()) execute function ledger.audit_by_hand();
create trigger audit_by_hand after insert or update or delete on ledger.pause
  for each row when (ledger.is_by_hand()) execute function ledger.audit_by_hand();

revoke all on function ledger.dismiss, ledger.supersede_dead, ledger.apply_finding, ledger.audit_by_hand, ledger.refuse_by_hand from public;
do $$
begin
  if exists (select from pg_roles where rolname = 'ledger_operator') then
    grant execute on function ledger.dismiss, ledger.apply_finding to ledger_operator;
  end if;
  if exists (select from pg_roles where rolname = 'ledger_service') then
    grant execute on function ledger.write_audit, ledger.supersede_dead to ledger_service;
  end if;
end
$$;
