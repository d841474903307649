/** What sql/README.md says of a ledger that is distributed by organization_id, as far as one server can tell. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { createBench } from '../../helpers/ledger.ts'
import { DECLARED } from '../../helpers/queries.ts'

const HANDBOOK = readFileSync(new URL('../../../sql/README.md', import.meta.url), 'utf8')
/** The tables of a line of the handbook. */
const listed = (line: string) => {
  const [, names = ''] = HANDBOOK.match(new RegExp(`^\\| ${line}[^|]*\\| (.*) \\|$`, 'm')) ?? []
  return [...names.matchAll(/(?<!sequence )`(\w+)`/g)].map(([, name]) => name)
}
const DISTRIBUTED = listed('distributed by')
/** The same rows on every server, or on one alone. */
const WHOLE = [...listed('reference tables'), ...listed('on the coordinator')]
/** A person may ask for an id in any organisation; record compares the numbers that it has just drawn. */
const ANYWHERE = ['audit', 'list', 'show', 'record']
const TEXTS = DECLARED.map(({ name, text }) => ({ name, text: text() }))

t.test('the handbook says of every table where it would be', async (t) => {
  const bench = await createBench(t)
  const tables = await bench.rows(
    `select c.relname::text as name from pg_class c where c.relnamespace = 'ledger'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  )
  t.same(
    [...DISTRIBUTED, ...WHOLE].sort(),
    tables.map(({ name }) => name),
  )
})

t.test('what is distributed has an organization_id, and every unique key of it begins with that', async (t) => {
  const bench = await createBench(t)
  const keys = await bench.rows(
    `select c.relname::text as "table", array_agg(distinct pg_get_indexdef(i.indexrelid, 1, true)) as first,
       bool_and(exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id' and a.attnotnull)) as has_organization
     from pg_class c
     left join pg_index i on i.indrelid = c.oid and i.indisunique
     where c.relnamespace = 'ledger'::regnamespace and c.relkind in ('r', 'p')
     group by 1`,
  )
  for (const { table, first, has_organization } of keys) {
    if (DISTRIBUTED.includes(String(table)))
      t.same([first, has_organization], [['organization_id'], true], String(table))
  }
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
        /(?:(\w+)\.|(?<![.\w]|set ))(?:notification|message|record|order)_id = (?!excluded|coalesce|w\.next_|\(w\.next_)/g,
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

t.test('a function that looks for a row by an id has named its organisation before', async (t) => {
  const bench = await createBench(t)
  const functions = await bench.rows(
    `select proname::text as name, prosrc as text from pg_proc where pronamespace = 'ledger'::regnamespace and prolang <> (
       select oid from pg_language where lanname = 'c')`,
  )
  const looked = functions.flatMap(({ name, text }) =>
    [...String(text).matchAll(/\b(\w+)\.(?:notification|message|record|order)_id = (?!excluded|'|any \(\$)/g)].map(
      (match) => ({
        name,
        alias: match[1],
        before: String(text).slice(0, match.index),
      }),
    ),
  )
  t.ok(looked.length > 30, 'they were found')
  const without = looked.filter(({ alias, before }) => !before.includes(`${alias}.organization_id = `))
  // The statement that find_keys puts together has it.
  t.same(
    without.map(({ name, alias }) => `${name}: ${alias}`).filter((one) => !one.startsWith('find_keys')),
    [],
  )
})
