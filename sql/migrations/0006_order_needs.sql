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

-- An order that Salesforce takes back: agreed by a person, to be done, done.
alter table ledger.provisioning add column cancel_approved_at timestamptz;
alter table ledger.provisioning add column cancel_wanted_at timestamptz;
alter table ledger.provisioning add column cancel_sent_at timestamptz;
alter table ledger.provisioning add column cancelled_at timestamptz;
comment on column ledger.provisioning.cancel_approved_at is 'When a person agreed that it is cancelled in WHMCS.';
comment on column ledger.provisioning.cancel_wanted_at is 'When it was found cancelled in Salesforce, and is to be cancelled in WHMCS.';
comment on column ledger.provisioning.cancel_sent_at is 'When that was last sent to WHMCS.';
comment on column ledger.provisioning.cancelled_at is 'When it was done.';

-- A person agrees that an order which Salesforce has taken back is cancelled in WHMCS, too. Its dead letter goes back to work.
-- Null: there is no such dead letter.
create function ledger.cancel(organization_id text, notification_id text, record_id text, reason text, acting jsonb)
returns ledger.step
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function ledger.cancel is 'Agrees that an order which Salesforce has taken back is cancelled in WHMCS, and puts its dead letter back to work.';
revoke all on function ledger.cancel from public;

do $$
begin
  if exists (select from pg_roles where rolname = 'ledger_reader') then
    grant select on ledger.mapping, ledger.client to ledger_reader;
  end if;
  if exists (select from pg_roles where rolname = 'ledger_service') then
    grant select, insert, delete on ledger.mapping to ledger_service;
    grant select, insert, update on ledger.client to ledger_service;
  end if;
  if exists (select from pg_roles where rolname = 'ledger_operator') then
    grant execute on function ledger.cancel to ledger_operator;
  end if;
end
$$;
