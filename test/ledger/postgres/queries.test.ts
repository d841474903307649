import { readdirSync, readFileSync } from 'node:fs'
import type { Connection } from 'pg'
import pg from 'pg'
import t from 'tap'
import * as queries from '../../../src/ledger/queries.ts'
import { createDatabase } from '../../helpers/postgres.ts'

const folder = new URL('../../../sql/queries/', import.meta.url)
const declared = Object.values(queries).map((query) => query.declared)
const source = readFileSync(new URL('../../../src/ledger/queries.ts', import.meta.url), 'utf8')

t.test('queries declares every statement of sql/queries once, and no other', async (t) => {
  t.same(declared.map(({ name }) => `${name}.sql`).sort(), readdirSync(folder).sort())
})

t.test('query reads the statement that bears its name', async (t) => {
  for (const { name, text } of declared) t.equal(text(), readFileSync(new URL(`${name}.sql`, folder), 'utf8'), name)
})

t.test('queries fit what Postgres says of the statements', async (t) => {
  const client = new pg.Client({ connectionString: await createDatabase(t) })
  await client.connect()
  t.teardown(() => client.end())
  // Types as Postgres writes them, whatever the search path.
  await client.query('set search_path = pg_catalog')
  for (const { name, parameters, columns, text } of declared) {
    const described = await describe(client, name, text())
    t.same(described.parameters, parameters.map(spelled), `parameters of ${name}`)
    const names = Object.keys(columns)
    t.same(described.columns, names, `columns of ${name}, in order`)
    const types = Object.values(columns).map((type) => spelled(type.replace(/\?$/, '')))
    t.same(described.types, types, `types of the columns of ${name}`)
  }
})

for (const { name, parameters, text } of declared) {
  t.test(`${name}.sql says what it does, in the house style`, async (t) => {
    const lines = text().trimEnd().split('\n')
    const header = lines.filter((line) => line.startsWith('--'))
    const statement = lines.slice(header.length).join('\n')
    t.match(lines[0], new RegExp(`^-- ${name}: \\S`))
    const listed = header.flatMap((line) => /^-- \$(\d+) (\S+(?: precision)?(?:\[\])?) +(\S.*)$/.exec(line) ?? [])
    const numbered = parameters.map((type, i) => [`$${i + 1}`, type])
    const said = Array.from({ length: listed.length / 4 }, (_, i) => [`$${listed[i * 4 + 1]}`, listed[i * 4 + 2]])
    t.same(said, numbered, 'the header lists every parameter with its type')
    t.notMatch(statement, /--|\/\*/, 'no comment inside the statement')
    t.equal(withoutText(statement), withoutText(statement).toLowerCase(), 'lower case')
    t.notMatch(statement, /\$\{|%[sIL]|;/, 'one statement, nothing interpolated')
    const used = new Set(Array.from(statement.matchAll(/\$(\d+)/g), (match) => match[1]))
    t.equal(used.size, parameters.length, 'every parameter is used')
  })
}

t.test('queries are called through query() alone: no statement stands in its source', async (t) => {
  t.notMatch(source, /\b(?:select|insert|update|delete)\s+\S+\s+(?:from|into|set|where)\b/i)
})

interface Described {
  parameters: string[]
  types: string[]
  columns: string[]
}

/** Parse and Describe, as a driver does it: nothing is executed. */
async function describe(client: pg.Client, name: string, text: string): Promise<Described> {
  const columns = await columnNames(client, name, text)
  const { rows } = await client.query(
    `select parameter_types::text[] as parameters, coalesce(result_types, '{}')::text[] as types
     from pg_prepared_statements where name = $1`,
    [name],
  )
  return { parameters: rows[0].parameters, types: rows[0].types, columns }
}

function columnNames(client: pg.Client, name: string, text: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let columns: string[] = []
    client.query({
      submit(connection: Connection) {
        connection.parse({ name, text, types: [] }, true)
        connection.describe({ type: 'S', name }, true)
        connection.sync()
      },
      handleRowDescription(message: { fields: { name: string }[] }) {
        columns = message.fields.map((field) => field.name)
      },
      handleReadyForQuery: () => resolve(columns),
      handleError: reject,
    })
  })
}

/** As regtype writes it. */
function spelled(type: string): string {
  return type.replace('timestamptz', 'timestamp with time zone')
}

function withoutText(statement: string): string {
  return statement.replace(/'[^']*'/g, "''")
}
