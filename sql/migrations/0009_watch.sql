-- Up Migration
-- What is kept so that the work on an order belongs to the trace of the message that brought it.

alter table ledger.message add column traceparent text collate "C";
comment on column ledger.message.traceparent is 'W3C trace context of the request, where somebody traces; else null.';

do $$
begin
  if exists (select from pg_roles where rolname = 'ledger_reader') then
    grant select (traceparent) on ledger.message to ledger_reader;
  end if;
end
$$;
