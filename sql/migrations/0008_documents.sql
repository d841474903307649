-- Up Migration
-- Documents: what integrations keep beside the ledger, the mapping that is in force, and orders as they were read.

create table ledger.document (
  organization_id text collate "C" not null,
  collection text collate "C" not null,
  key text collate "C" not null,
  version integer not null,
  content jsonb not null,
  changed_at timestamptz not null default now(),
  changed_by text not null,
  constraint document_pk primary key (organization_id, collection, key),
  constraint document_collection_named check (collection ~ '^[a-z][a-z0-9_-]{0,62}$' and collection <> 'orders'),
  constraint document_key_named check (length(key) between 1 and 200),
  constraint document_content_bounded check (jsonb_typeof(content) = 'object' and octet_length(content::text) <= 262144)
);
create index document_content on ledger.document using gin (content jsonb_path_ops);
comment on table ledger.document is 'A JSON document of a collection: its newest version. Written by ledger.put_document alone.';
comment on column ledger.document.version is 'Rises with every change, also over a removal.';

create table ledger.document_version (
  organization_id text collate "C" not null,
  collection text collate "C" not null,
  key text collate "C" not null,
  version integer not null,
  content jsonb,
  changed_at timestamptz not null default now(),
  changed_by text not null,
  constraint document_version_pk primary key (organization_id, collection, key, version)
);
comment on table ledger.document_version is 'The last hundred versions of each document.';
comment on column ledger.document_version.content is 'Null: it was removed.';

-- An order that is read once, as most are, has no row here: the version in ledger.snapshot is the only one.
create table ledger.order_version (
  organization_id text collate "C" not null,
  record_id text collate "C" not null,
  version integer not null,
  content jsonb not null,
  taken_at timestamptz not null,
  constraint order_version_pk primary key (organization_id, record_id, version)
);
comment on table ledger.order_version is 'Orders as they were read before they changed: the last twenty of each. Gone with the snapshot.';

create function ledger.keep_order_version() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.keep_order_version is 'Internal: keeps an order as it was read, when it is read with something else in it.';
create trigger snapshot_changed after update of content on ledger.snapshot
  for each row when (old.content - 'takenAt' is distinct from new.content - 'takenAt') execute function ledger.keep_order_version();
create trigger snapshot_gone after delete on ledger.snapshot for each row execute function ledger.keep_order_version();

-- expected: the version that must be there, 0 for none, null for any. content: null removes it. No row: another version is there.
create function ledger.put_document(organization_id text, collection text, key text, content jsonb, expected integer, acting jsonb)
returns table (version integer, changed_at timestamptz, created boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.put_document is 'Writes a document, or removes it, if the version is there that is expected.';

create view ledger.documents as
select d.organization_id, d.collection, d.key, d.version, d.content, d.changed_at, d.changed_by
from ledger.document d
union all
select s.organization_id, 'orders', s.record_id, 1 + coalesce((select max(v.version) from ledger.order_version v
    where v.organization_id = s.organization_id and v.record_id = s.record_id), 0), s.content, s.taken_at, 'callback'
from ledger.snapshot s
union all
select m.organization_id, 'mappings', 'in-force', extract(epoch from m.since)::integer, m.content, m.since, m.worker
from ledger.mapping m
where not exists (select from ledger.mapping n where n.organization_id = m.organization_id and n.since > m.since);
comment on view ledger.documents is 'Documents of integrations, orders as they were read last, and the mapping that is in force.';

create view ledger.document_versions as
select v.organization_id, v.collection, v.key, v.version, v.content, v.changed_at, v.changed_by
from ledger.document_version v
union all
select d.organization_id, d.collection, d.key, d.version, d.content, d.changed_at, d.changed_by
from ledger.documents d
where d.collection = 'orders' or d.key = 'in-force' and d.collection = 'mappings'
union all
select v.organization_id, 'orders', v.record_id, v.version, v.content, v.taken_at, 'callback'
from ledger.order_version v;
comment on view ledger.document_versions is 'The newest and the older versions of all documents. content null: it was removed.';

revoke all on function ledger.put_document, ledger.keep_order_version from public;

do $$
begin
  if exists (select from pg_roles where rolname = 'ledger_reader') then
    grant select on ledger.documents, ledger.document_versions to ledger_reader;
  end if;
  if exists (select from pg_roles where rolname = 'ledger_operator') then
    grant execute on function ledger.put_document to ledger_operator;
  end if;
  if exists (select from pg_roles where rolname = 'ledger_service') then
    grant select on ledger.documents, ledger.document_versions, ledger.document, ledger.document_version, ledger.order_version to ledger_service;
    grant execute on function ledger.put_document to ledger_service;
  end if;
end
$$;
