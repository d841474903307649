-- roles: the roles and grants that the migration could not make, because its user may not make roles.
-- As a superuser (or a user with createrole that owns the ledger); as often as you like.
do $$
begin
  if not exists (select from pg_roles where rolname = 'ledger_reader') then create role ledger_reader nologin; end if;
  if not exists (select from pg_roles where rolname = 'ledger_operator') then create role ledger_operator nologin; end if;
end
$$;

grant ledger_reader to ledger_operator;
grant usage on schema ledger to ledger_reader;
grant select on ledger.overview, ledger.inbox, ledger.dead_letters, ledger.attempts, ledger.throughput, ledger.provisionings, ledger.organizations,
  ledger.replayed, ledger.pause to ledger_reader;
revoke all on function ledger.replay from public;
grant execute on function ledger.replay to ledger_operator;
