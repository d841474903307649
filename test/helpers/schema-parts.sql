-- One row a part of the ledger's schema, in this order: types, sequences, tables with what belongs to them, views,
-- functions, grants; each kind by name.
with ledger as (
  select oid as schema_id from pg_namespace where nspname = 'ledger'
), part as materialized (
  select 1 as kind, t.typname as name, format(e'create type ledger.%I as enum (%s);', t.typname,
    (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid)) as line
  from pg_type t join ledger on t.typnamespace = schema_id
  where t.typtype = 'e'
  union all
  select 1, c.relname, format('create type ledger.%I as (%s);', c.relname,
    (select string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
      from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped))
  from pg_class c join ledger on c.relnamespace = schema_id
  where c.relkind = 'c'
  union all
  select 2, c.relname, format('create sequence ledger.%I as %s;', c.relname, format_type(s.seqtypid, null))
  from pg_class c join ledger on c.relnamespace = schema_id join pg_sequence s on s.seqrelid = c.oid
  union all
  select 3, c.relname, format(e'create table ledger.%I (\n%s\n)%s;%s%s', c.relname,
    concat_ws(e',\n',
      (select string_agg(format('  %I %s%s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
          case when a.attcollation <> t.typcollation then format(' collate %I', l.collname) end,
          case when a.attnotnull then ' not null' end,
          ' default ' || pg_get_expr(d.adbin, d.adrelid),
          case when a.attidentity <> '' then ' generated always as identity' end), e',\n' order by a.attnum)
        from pg_attribute a
        join pg_type t on t.oid = a.atttypid
        left join pg_collation l on l.oid = a.attcollation
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
      (select string_agg(format('  constraint %I %s', k.conname, pg_get_constraintdef(k.oid)), e',\n' order by k.contype desc, k.conname)
        from pg_constraint k where k.conrelid = c.oid and k.contype <> 'n')),
    ' with (' || array_to_string(c.reloptions, ', ') || ')',
    (select string_agg(e'\n' || pg_get_indexdef(i.indexrelid) || ';', '' order by x.relname)
      from pg_index i join pg_class x on x.oid = i.indexrelid
      where i.indrelid = c.oid and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u'))),
    (select string_agg(e'\n' || pg_get_triggerdef(g.oid) || ';', '' order by g.tgname) from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal))
  from pg_class c join ledger on c.relnamespace = schema_id
  where c.relkind = 'r'
  union all
  select 4, c.relname, format(e'create view ledger.%I as\n%s', c.relname, pg_get_viewdef(c.oid))
  from pg_class c join ledger on c.relnamespace = schema_id
  where c.relkind = 'v'
  union all
  select 5, p.proname, pg_get_functiondef(p.oid) || ';'
  from pg_proc p join ledger on p.pronamespace = schema_id
  union all
  -- Whose they are differs from server to server: only what others may do is part of the schema.
  select 6, '1', string_agg(format('grant %s on schema ledger to %s;', lower(a.privilege_type), coalesce(r.rolname, 'public')), e'\n' order by r.rolname)
  from pg_namespace n, aclexplode(n.nspacl) a left join pg_roles r on r.oid = a.grantee
  where n.nspname = 'ledger' and a.grantee <> n.nspowner
  union all
  select 6, '2', string_agg(format('grant %s on ledger.%I to %s;', lower(a.privilege_type), c.relname, coalesce(r.rolname, 'public')), e'\n'
    order by c.relname, a.privilege_type, r.rolname)
  from pg_class c join ledger on c.relnamespace = schema_id, aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
  where a.grantee <> c.relowner
  union all
  select 6, '3', string_agg(format('grant %s on function ledger.%I to %s;', lower(a.privilege_type), p.proname, coalesce(r.rolname, 'public')), e'\n'
    order by p.proname, r.rolname)
  from pg_proc p join ledger on p.pronamespace = schema_id, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
  left join pg_roles r on r.oid = a.grantee
  where a.grantee <> p.proowner
)
select line from part where line is not null order by kind, name collate "C"
