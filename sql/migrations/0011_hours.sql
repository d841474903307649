-- Up Migration
-- What came and what ended in hours that are over. Charts of days would read all that they count, again and again.

create table ledger.hour (
  organization_id text collate "C" not null,
  hour timestamptz not null,
  received integer not null,
  completed integer not null,
  ignored integer not null,
  superseded integer not null,
  dead integer not null,
  constraint hour_pk primary key (organization_id, hour)
);
comment on table ledger.hour is 'What came and what ended in an hour, counted once it was over. What is replayed later ends in another hour, too.';
comment on column ledger.hour.organization_id is 'Id of the Salesforce organization, 18 characters.';
comment on column ledger.hour.hour is 'When it began.';
comment on column ledger.hour.received is 'How many notifications arrived.';
comment on column ledger.hour.completed is 'How many completed.';
comment on column ledger.hour.ignored is 'How many needed nothing.';
comment on column ledger.hour.superseded is 'How many a later one took over.';
comment on column ledger.hour.dead is 'How many were given up.';

-- The hours after the last one that was counted, oldest first. An hour is over when no transaction that began in it can still
-- be at work. Without a gap: where nothing happened is a row as well, so that the last one tells how far it is.
create function ledger.sum_hours(most integer, kept_for interval) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.sum_hours is 'Counts some hours that are over. The service calls it.';

revoke all on function ledger.sum_hours from public;
do $$
begin
  if exists (select from pg_roles where rolname = 'ledger_reader') then grant select on ledger.hour to ledger_reader; end if;
  if exists (select from pg_roles where rolname = 'ledger_service') then
    grant select on ledger.hour to ledger_service;
    grant execute on function ledger.sum_hours to ledger_service;
  end if;
end
$$;
