-- What orders need besides: the mapping that was in force, clients that Soapstone finds or makes, invoices.

create table ledger.mapping (
  organization_id text collate "C" not null,
  since timestamptz not null default clock_timestamp(),
  hash text not null,
  content jsonb not null,
  worker text not null,
  constraint mapping_pk primary key (organization_id, since)
);

comment on table ledger.mapping is 'The mappings that were in force, the last hundred of each organization. The newest is in force.';
comment on column ledger.mapping.organization_id is 'Whose mapping it is.';
comment on column ledger.mapping.since is 'From then on.';
comment on column ledger.mapping.hash is 'By which attempts name it. Of its content, so that the layout of the file does not matter.';
comment on column ledger.mapping.content is 'The mapping, defaults included.';
comment on column ledger.mapping.worker is 'The process that loaded it first.';

do $$
begin
  if exists (select from pg_roles where rolname = 'ledger_reader') then
    grant select on ledger.mapping to ledger_reader;
  end if;
  if exists (select from pg_roles where rolname = 'ledger_service') then
    grant select, insert, delete on ledger.mapping to ledger_service;
  end if;
end
$$;
