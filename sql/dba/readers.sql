-- readers: no statement and no forgotten transaction of a reader can hold up the ledger. As a superuser; again after
-- each new login. Settings of a role are not inherited by its members, so they are set for every login that is a
-- member of ledger_reader; the owner of the ledger and superusers keep theirs. They count from the next connection.
do $$
declare
  login name;
begin
  for login in
    select r.rolname from pg_roles r
    where r.rolcanlogin and not r.rolsuper and pg_has_role(r.oid, 'ledger_reader', 'usage')
      and r.oid <> (select n.nspowner from pg_namespace n where n.nspname = 'ledger')
    order by r.rolname
  loop
    execute format('alter role %I in database %I set statement_timeout = %L', login, current_database(), '30s');
    execute format('alter role %I in database %I set idle_in_transaction_session_timeout = %L', login, current_database(), '1min');
  end loop;
end
$$;

select r.rolname as login, s.setconfig as settings
from pg_db_role_setting s
join pg_roles r on r.oid = s.setrole
join pg_database d on d.oid = s.setdatabase
where d.datname = current_database() and pg_has_role(r.oid, 'ledger_reader', 'usage')
order by r.rolname;
