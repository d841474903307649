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

-- Which notifications somebody asks for: names and values as in the API. One that is not known is refused: what can't be
-- understood must never widen what is asked for. sort: a time by the API's name, with - from the latest on; before_at and
-- before_id are the last of the page before, before_at that time. Only orders that an index carries: by arrival anything, by
-- nextAttemptAt what is open, by finalizedAt what is completed or dead.
-- The statement is put together of what was asked, so that it is planned for that: which index serves depends on it. Where
-- records are named, theirs; where a text, those with an error and those of an account; else what is open, or ended
-- otherwise than completed, by its own indexes; else by the time of arrival.
create function ledger.find_keys(filter jsonb, most integer default 50, before_at timestamptz default null, before_id text default null,
  sort text default '-receivedAt')
returns table (organization_id text, notification_id text, record_id text, at timestamptz)
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.find_keys is 'Internal: use ledger.find_notifications.';

create function ledger.find_notifications(filter jsonb, most integer default 50, before_at timestamptz default null,
  before_id text default null, sort text default '-receivedAt')
returns setof ledger.overview
language sql stable set search_path = pg_catalog, pg_temp
as $$
select v.*
from ledger.find_keys($1, $2, $3, $4, $5) with ordinality as k (organization_id, notification_id, record_id, at, place)
cross join lateral (
  select v.* from ledger.overview v
  where v.organization_id = k.organization_id and v.notification_id = k.notification_id and v.record_id = k.record_id
  offset 0
) as v
order by k.place
$$;
comment on function ledger.find_notifications is 'Notifications by the filters of the API: select * from ledger.find_notifications(''{"state": "dead"}'').';

-- What is dead by step and code is counted in an index; all else is found for it. No further than a million.
create function ledger.count_notifications(filter jsonb) returns integer
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.count_notifications is 'How many notifications fit a filter of the API, at most a million.';

-- A person's pause stays until a person ends it, or its time is over. Webhooks hear of it as of any other.
create function ledger.pause_step(organization_id text, step ledger.step, reason text, until timestamptz default null,
  requested_by text default null, acting jsonb default null)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.pause_step is 'Stops a step of an organization, until a person resumes it or the time is over.';

create function ledger.resume_step(organization_id text, step ledger.step, reason text, requested_by text default null,
  acting jsonb default null)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.resume_step is 'Ends the pauses of a step, whoever made them.';

create function ledger.try_step(organization_id text, step ledger.step, reason text, requested_by text default null,
  acting jsonb default null)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.try_step is 'Lets a step that stands still probe at once: one notification, whose success ends the pause.';

create function ledger.set_priority(organization_id text, notification_id text, priority ledger.priority, reason text default null,
  requested_by text default null, record_id text default null, acting jsonb default null)
returns ledger.priority
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.set_priority is 'Changes when an open notification has its turn: critical, normal or batch.';

-- What is done to many, or has to ask another system: worked on in chunks by whoever comes, and continued after a crash.
create table ledger.task (
  organization_id text collate "C" not null default '',
  task_id bigint generated always as identity,
  kind text not null,
  priority ledger.priority not null default 'batch',
  state text not null default 'waiting',
  request jsonb not null,
  reason text not null,
  acting jsonb not null,
  total integer not null,
  done integer not null default 0,
  skipped integer not null default 0,
  failed integer not null default 0,
  errors jsonb not null default '[]',
  before_at timestamptz,
  before_id text collate "C",
  lease_holder text,
  lease_until timestamptz,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  constraint task_pk primary key (organization_id, task_id),
  constraint task_kind_known check (kind in ('replay', 'resolve')),
  constraint task_state_known check (state in ('waiting', 'running', 'completed', 'failed', 'cancelled')),
  constraint task_has_reason check (reason ~ '\S'),
  constraint finished_at_iff_finished check ((state in ('waiting', 'running')) = (finished_at is null))
);
create index task_open on ledger.task (organization_id, priority, task_id) where state in ('waiting', 'running');

comment on table ledger.task is 'Something that is done to many notifications, or that needs a look into WHMCS; in chunks, in the background.';
comment on column ledger.task.organization_id is 'Empty: it is about those of more than one.';
comment on column ledger.task.kind is 'replay: all that fit a filter. resolve: what a person found in WHMCS, which is asked first.';
comment on column ledger.task.priority is 'Of several tasks the first; and what is replayed by it waits its turn with this priority.';
comment on column ledger.task.request is 'The filter of a replay; what was found, of a resolve.';
comment on column ledger.task.acting is 'Who started it; with the login, as startedBy.';
comment on column ledger.task.total is 'How many there were when it began.';
comment on column ledger.task.skipped is 'Their state did not allow it any more.';
comment on column ledger.task.errors is 'The first hundred of what was skipped or failed, and why.';
comment on column ledger.task.before_at is 'How far it is: the last that was done. Newest first.';
comment on column ledger.task.before_id is 'Of those that arrived at before_at, the last that was done.';
comment on column ledger.task.lease_holder is 'The process that asks WHMCS for it.';

create view ledger.tasks as
select task_id, kind, state, priority, total, done, skipped, failed, acting ->> 'name' as requested_by, created_at, finished_at,
  organization_id, started_at, reason, request, errors
from ledger.task;
comment on view ledger.tasks is 'Replays of many, and resolves: how far they are, and what failed.';

-- Without a state dead letters are meant: a code alone would also find what was superseded long ago.
create function ledger.start_replay(filter jsonb, reason text, acting jsonb default null, priority ledger.priority default 'batch')
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.start_replay is 'Begins to replay all that fit a filter, in the background. Returns the number of the task.';

-- One chunk of the first task, or of that one; in one transaction, so that what is done and how far it is agree. The lock of
-- the row is the lease: who finds it locked leaves it to the other. Null: there is nothing to do.
create function ledger.work_replays(most integer, only_task bigint default null) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.work_replays is 'Internal: replays the next few of a task.';

-- At once and in this transaction, for whoever is at psql. Nothing is changed where dry_run is said.
create function ledger.replay_where(filter jsonb, reason text, dry_run boolean default false)
returns table (replayed integer, skipped integer, for_example text[])
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.replay_where is 'Replays all that fit a filter; without a state: dead letters. With dry_run it only counts them.';

create function ledger.cancel_task(task_id bigint, acting jsonb default null) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.cancel_task is 'Ends a task. What it has done stays done.';

-- WHMCS has to be asked whether it can be so: a worker does, and writes into the task what came of it.
create function ledger.resolve(organization_id text, notification_id text, whmcs_order_id text, reason text,
  requested_by text default null, record_id text default null)
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.resolve is 'Says what became of an AddOrder whose answer was lost; null: it was never made. WHMCS is asked first: see ledger.tasks.';

-- Apart from the attempt, which stays: this is about customers, large, and asked for by people alone.
create table ledger.attempt_detail (
  organization_id text collate "C" not null,
  notification_id text collate "C" not null,
  record_id text collate "C" not null,
  attempt_no integer not null,
  exchanges jsonb not null,
  kept_at timestamptz not null default now(),
  constraint attempt_detail_pk primary key (organization_id, notification_id, record_id, attempt_no)
);
create index attempt_detail_kept on ledger.attempt_detail (kept_at);
comment on table ledger.attempt_detail is 'What WHMCS and Salesforce were asked and answered in an attempt. Removed after ATTEMPT_DETAIL_DAYS.';
comment on column ledger.attempt_detail.attempt_no is 'As in ledger.attempt.';
comment on column ledger.attempt_detail.exchanges is 'A list of {action, asked, answered}; without secrets and what is about a person.';
comment on column ledger.attempt_detail.kept_at is 'When it was written.';

create function ledger.forget_details(kept_for interval) returns integer
language sql security definer set search_path = pg_catalog, pg_temp
as $$
with gone as (
  delete from ledger.attempt_detail d
  where d.ctid = any (array(select i.ctid from ledger.attempt_detail i where i.kept_at < now() - $1 order by i.kept_at limit 2000 for update skip locked))
  returning 1
)
select count(*)::integer from gone
$$;
comment on function ledger.forget_details is 'Removes a batch of what was asked and answered long ago. The service calls it.';

-- One row for each process that is alive. Of the installation, and not of an organization.
create table ledger.worker (
  worker text collate "C" not null,
  version text not null,
  marker text not null,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  constraint worker_pk primary key (worker)
) with (fillfactor = 50);
comment on table ledger.worker is 'The processes of soapstone serve. One that has not been seen for ten minutes is removed.';
comment on column ledger.worker.worker is 'Host, process id, random: as in attempts and leases.';
comment on column ledger.worker.version is 'Of soapstone.';
comment on column ledger.worker.marker is 'Whether it has seen that WHMCS_MARKER can be read back.';
comment on column ledger.worker.started_at is 'When it started.';
comment on column ledger.worker.seen_at is 'Its last sign of life, one every 15 seconds.';

-- Ours are known by their name, and by the search path that they begin with; functions of the ledger by the one that they
-- set. Whoever borrows either is not seen, and has no need to: he may as well switch the trigger off.
-- In plpgsql, for it is part of the condition of triggers on the queue: in SQL its text would be parsed anew for each
-- statement, which cost a message that comes alone a sixth of what Postgres does for it.
create function ledger.is_by_hand() returns boolean
language plpgsql stable
as $$
begin
  return current_setting('application_name') not like 'soapstone%'
    and current_setting('search_path') not in ('pg_catalog,pg_temp', 'pg_catalog, pg_temp');
end
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

-- The first condition is one of the function's own: it spares the service a call for each row.
create trigger outcome_not_made_by_hand before insert or delete or update of organization_id, notification_id, record_id, state,
  whmcs_order_id, superseded_by on ledger.outcome
  for each row when (current_setting('application_name') not like 'soapstone%' and ledger.is_by_hand()) execute function ledger.refuse_by_hand('outcome');
create trigger provisioning_not_made_by_hand before insert or update of organization_id, order_id, state, whmcs_order_id
  on ledger.provisioning
  for each row when (current_setting('application_name') not like 'soapstone%' and ledger.is_by_hand()) execute function ledger.refuse_by_hand('provisioning');
create trigger audit_is_kept before delete or update on ledger.audit
  for each row when (current_setting('application_name') not like 'soapstone%' and ledger.is_by_hand()) execute function ledger.refuse_by_hand('audit');

create trigger outcome_not_emptied before truncate on ledger.outcome
  for each statement when (ledger.is_by_hand()) execute function ledger.refuse_by_hand('outcome');
create trigger provisioning_not_emptied before truncate on ledger.provisioning
  for each statement when (ledger.is_by_hand()) execute function ledger.refuse_by_hand('provisioning');
create trigger notification_not_emptied before truncate on ledger.notification
  for each statement when (ledger.is_by_hand()) execute function ledger.refuse_by_hand('notification');
create trigger audit_not_emptied before truncate on ledger.audit
  for each statement when (ledger.is_by_hand()) execute function ledger.refuse_by_hand('audit');

create trigger audit_by_hand after update on ledger.outcome
  for each row when (current_setting('application_name') not like 'soapstone%' and ledger.is_by_hand()) execute function ledger.audit_by_hand();
create trigger audit_by_hand after update or delete on ledger.provisioning
  for each row when (current_setting('application_name') not like 'soapstone%' and ledger.is_by_hand()) execute function ledger.audit_by_hand();
create trigger audit_by_hand after update or delete on ledger.message
  for each row when (current_setting('application_name') not like 'soapstone%' and ledger.is_by_hand()) execute function ledger.audit_by_hand();
create trigger audit_by_hand after update or delete on ledger.notification
  for each row when (current_setting('application_name') not like 'soapstone%' and ledger.is_by_hand()) execute function ledger.audit_by_hand();
create trigger audit_by_hand after update or delete on ledger.attempt
  for each row when (current_setting('application_name') not like 'soapstone%' and ledger.is_by_hand()) execute function ledger.audit_by_hand();
create trigger audit_by_hand after insert or update or delete on ledger.work
  for each row when (current_setting('application_name') not like 'soapstone%' and ledger.is_by_hand()) execute function ledger.audit_by_hand();
create trigger audit_by_hand after insert or update or delete on ledger.client_lease
  for each row when (current_setting('application_name') not like 'soapstone%' and ledger.is_by_hand()) execute function ledger.audit_by_hand();
create trigger audit_by_hand after insert or update or delete on ledger.pause
  for each row when (current_setting('application_name') not like 'soapstone%' and ledger.is_by_hand()) execute function ledger.audit_by_hand();

revoke all on function ledger.dismiss, ledger.supersede_dead, ledger.apply_finding, ledger.find_keys, ledger.find_notifications,
  ledger.count_notifications, ledger.pause_step,
  ledger.resume_step, ledger.try_step, ledger.set_priority, ledger.start_replay, ledger.work_replays, ledger.replay_where, ledger.cancel_task,
  ledger.resolve, ledger.forget_details, ledger.audit_by_hand, ledger.refuse_by_hand from public;
do $$
begin
  if exists (select from pg_roles where rolname = 'ledger_reader') then
    grant select on ledger.task, ledger.tasks, ledger.worker, ledger.attempt_detail to ledger_reader;
    grant execute on function ledger.find_keys, ledger.find_notifications, ledger.count_notifications to ledger_reader;
  end if;
  if exists (select from pg_roles where rolname = 'ledger_operator') then
    grant execute on function ledger.dismiss, ledger.apply_finding, ledger.pause_step, ledger.resume_step, ledger.try_step, ledger.set_priority,
      ledger.start_replay, ledger.work_replays, ledger.replay_where, ledger.cancel_task, ledger.resolve to ledger_operator;
  end if;
  if exists (select from pg_roles where rolname = 'ledger_service') then
    grant select on ledger.task, ledger.tasks, ledger.worker, ledger.attempt_detail to ledger_service;
    grant insert on ledger.attempt_detail to ledger_service;
    grant update (state, done, failed, errors, lease_holder, lease_until, started_at, finished_at) on ledger.task to ledger_service;
    grant insert, update, delete on ledger.worker to ledger_service;
    grant execute on function ledger.write_audit, ledger.supersede_dead, ledger.forget_details to ledger_service;
  end if;
end
$$;
