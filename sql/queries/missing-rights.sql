-- missing-rights: what ledger_service may do with the ledger, and this role may not.
select (case when k.relkind = 'S' then 'sequence ' else '' end || k.relname || ': ' || lower(a.privilege_type))::text as missing
from pg_class k
join pg_namespace n on n.oid = k.relnamespace and n.nspname = 'ledger'
cross join lateral aclexplode(k.relacl) a
where a.grantee = to_regrole('ledger_service')::oid
  and not case when k.relkind = 'S' then has_sequence_privilege(k.oid, a.privilege_type) else has_table_privilege(k.oid, a.privilege_type) end
union all
select (p.proname || '(): execute')::text
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace and n.nspname = 'ledger'
cross join lateral aclexplode(p.proacl) a
where a.grantee = to_regrole('ledger_service')::oid and not has_function_privilege(p.oid, 'execute')
union all
select 'schema ledger: usage' from pg_namespace n where n.nspname = 'ledger' and not has_schema_privilege(n.oid, 'usage')
union all
select (k.relname || ': ' || w.privilege)::text
from (values ('notification', 'insert'), ('work', 'insert'), ('work', 'update'), ('work', 'delete')) w(name, privilege)
join pg_class k on k.relname = w.name and k.relkind in ('r', 'p')
join pg_namespace n on n.oid = k.relnamespace and n.nspname = 'ledger'
where to_regrole('ledger_service') is null and not has_table_privilege(k.oid, w.privilege)
order by 1
