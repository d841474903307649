/** What sql/README.md says of a ledger that is distributed by organization_id, as far as one server can tell. */
import t from 'tap'
import { createBench } from '../../helpers/ledger.ts'
import { DECLARED } from '../../helpers/queries.ts'

/** Not distributed: the same rows on every server, or the business of migrations. */
const WHOLE = ['migration', 'token', 'session', 'webhook', 'worker']
/** A person may ask for an id in any organisation; record compares the numbers that it has just drawn. */
const ANYWHERE = ['audit', 'list', 'show', 'record']
const TEXTS = DECLARED.map(({ name, text }) => ({ name, text: text() }))

t.test('every table is distributed, and every unique key of it begins with organization_id', async (t) => {
  const bench = await createBench(t)
  const keys = await bench.rows(
    `select c.relname::text as "table", x.relname::text as key, pg_get_indexdef(x.oid, 1, true) as first
     from pg_index i
     join pg_class c on c.oid = i.indrelid
     join pg_class x on x.oid = i.indexrelid
     where c.relnamespace = 'ledger'::regnamespace and c.relkind = 'r' and i.indisunique`,
  )
  t.ok(keys.length >= 9, 'they were found')
  const others = keys.filter(({ first }) => first !== 'organization_id')
  t.same(new Set(others.map(({ table }) => table)), new Set(WHOLE))
})

t.test('a foreign key goes from organization_id to organization_id', async (t) => {
  const bench = await createBench(t)
  const keys = await bench.rows(
    `select pg_get_constraintdef(oid) as key from pg_constraint
     where connamespace = 'ledger'::regnamespace and contype = 'f'`,
  )
  const others = keys.filter(
    ({ key }) => !/^FOREIGN KEY \(organization_id, .* REFERENCES .*\(organization_id, /.test(String(key)),
  )
  t.same(others, [])
})

t.test('a statement that looks for a row by an id names its organisation, too', async (t) => {
  const looked = TEXTS.flatMap(({ name, text }) =>
    [
      ...text.matchAll(
        /(?:(\w+)\.|(?<![.\w]|set ))(?:notification|message|record|order)_id = (?!excluded|coalesce|w\.next_)/g,
      ),
    ].map((match) => ({
      name,
      alias: match[1],
      before: text.slice(0, match.index),
    })),
  )
  t.ok(looked.length > 30, 'they were found')
  const without = looked.filter(({ alias, before }) => {
    const column = alias === undefined ? 'organization_id' : `${alias}\\.organization_id`
    return !new RegExp(`\\b${column} = (?:[^()]|any \\([^()]+\\))+\\s+and \\(?(?:\\w+\\.)?$`).test(before)
  })
  t.same(
    without.map(({ name }) => name).filter((name) => !ANYWHERE.includes(name)),
    [],
  )
})
