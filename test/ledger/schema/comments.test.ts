/** \d+ tells a DBA what each thing of the ledger is. */
import t from 'tap'
import { createBench } from '../../helpers/ledger.ts'

const WITHOUT: Record<string, string> = {
  relation: `select c.relname::text as name from pg_class c where c.relkind in ('r', 'v', 'm') and obj_description(c.oid, 'pg_class') is null
    and c.relnamespace = 'ledger'::regnamespace`,
  column: `select c.relname || '.' || a.attname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'v', 'm') and c.relnamespace = 'ledger'::regnamespace and col_description(c.oid, a.attnum) is null`,
  type: `select t.typname::text as name from pg_type t where t.typtype = 'e' and t.typnamespace = 'ledger'::regnamespace
    and obj_description(t.oid, 'pg_type') is null`,
  function: `select p.proname::text as name from pg_proc p where p.pronamespace = 'ledger'::regnamespace
    and obj_description(p.oid, 'pg_proc') is null`,
}

t.test('every relation, column, type and function has a comment', async (t) => {
  const { rows } = await createBench(t)
  for (const [kind, sql] of Object.entries(WITHOUT)) t.same(await rows(sql), [], kind)
})
