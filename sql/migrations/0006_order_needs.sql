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

-- Exactly one WHMCS client for an account: the intent is written before AddClient is sent, as that of an order is.
create table ledger.client (
  organization_id text collate "C" not null,
  account_id text collate "C" not null,
  state text not null,
  whmcs_client_id text,
  found_by text,
  sends integer not null default 0,
  looks integer not null default 0,
  sent_at timestamptz not null default now(),
  looked_at timestamptz,
  known_at timestamptz,
  constraint client_pk primary key (organization_id, account_id),
  constraint client_state_known check (state in ('sending', 'refused', 'known')),
  constraint whmcs_client_iff_known check ((state = 'known') = (whmcs_client_id is not null and known_at is not null))
);

comment on table ledger.client is 'Accounts whose WHMCS client Soapstone found or made. What "never a second client" stands on: it stays for ever.';
comment on column ledger.client.organization_id is 'Whose account it is.';
comment on column ledger.client.account_id is 'The account in Salesforce.';
comment on column ledger.client.state is 'sending: AddClient was sent, its outcome is not known. refused: WHMCS said no. known: there is one.';
comment on column ledger.client.whmcs_client_id is 'Used for accounts whose link is empty in Salesforce; that link wins.';
comment on column ledger.client.found_by is 'email, external id or marker: it was there. made: by AddClient.';
comment on column ledger.client.sends is 'How often AddClient was sent.';
comment on column ledger.client.looks is 'How often WHMCS was searched in vain since.';
comment on column ledger.client.sent_at is 'When AddClient was sent last.';
comment on column ledger.client.looked_at is 'When WHMCS was searched last.';
comment on column ledger.client.known_at is 'When it was found or made.';

alter table ledger.provisioning add column pay_sent_at timestamptz;
alter table ledger.provisioning add column details jsonb not null default '{}';
comment on column ledger.provisioning.pay_sent_at is 'When AddInvoicePayment was sent last.';
comment on column ledger.provisioning.details is 'What the mapping writes back besides: invoice, domains, states of services.';

do $$
begin
  if exists (select from pg_roles where rolname = 'ledger_reader') then
    grant select on ledger.mapping, ledger.client to ledger_reader;
  end if;
  if exists (select from pg_roles where rolname = 'ledger_service') then
    grant select, insert, delete on ledger.mapping to ledger_service;
    grant select, insert, update on ledger.client to ledger_service;
  end if;
end
$$;
