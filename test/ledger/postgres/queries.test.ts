import { readdirSync, readFileSync } from 'node:fs'
import type { Connection } from 'pg'
import pg from 'pg'
import t from 'tap'
import { createDatabase } from '../../helpers/postgres.ts'
import { DECLARED } from '../../helpers/queries.ts'

const folder = new URL('../../../sql/queries/', import.meta.url)
const ledger = new URL('../../../src/ledger/', import.meta.url)

t.test('the ledger declares every statement of sql/queries once, and no other', async (t) => {
  t.same(DECLARED.map(({ name }) => `${name}.sql`).sort(), readdirSync(folder).sort())
})

t.test('query reads the statement that bears its name', async (t) => {
  for (const { name, text } of DECLARED) t.equal(text(), readFileSync(new URL(`${name}.sql`, folder), 'utf8'), name)
})

t.test('queries fit what Postgres says of the statements', async (t) => {
  const client = new pg.Client({ connectionString: await createDatabase(t) })
  await client.connect()
  t.teardown(() => client.end())
  // Types as Postgres writes them, whatever the search path.
  await client.query('set search_path = pg_catalog')
  for (const { name, parameters, columns, text } of DECLARED) {
    const described = await describe(client, name, text())
    t.same(described.parameters, Object.values(parameters).map(spelled), `parameters of ${name}`)
    const names = Object.keys(columns)
    t.same(described.columns, names, `columns of ${name}, in order`)
    t.same(described.types, Object.values(columns).map(spelled), `types of the columns of ${name}`)
  }
})

for (const { name, parameters, text } of DECLARED) {
  t.test(`${name}.sql says what it does, in the house style`, async (t) => {
    const lines = text().trimEnd().split('\n')
    const header = lines.filter((line) => line.startsWith('--'))
    const statement = lines.slice(header.length).join('\n')
    t.match(lines[0], new RegExp(`^-- ${name}: \\S`))
    const said = header.flatMap((line) => {
      const [, number, parameter, type] = /^-- (\$\d+) +(\w+) {2,}(\S+(?: precision)?(?:\[\])?)(?:$| )/.exec(line) ?? []
      return type === undefined ? [] : [[number, parameter, type]]
    })
    const numbered = Object.entries(parameters).map(([parameter, type], i) => [`$${i + 1}`, parameter, plain(type)])
    t.same(said, numbered, 'the header lists every parameter with its name and type, in the order of the declaration')
    t.notMatch(statement, /--|\/\*/, 'no comment inside the statement')
    t.equal(withoutText(statement), withoutText(statement).toLowerCase(), 'lower case')
    t.notMatch(statement, /\$\{|%[sIL]|;/, 'one statement, nothing interpolated')
    const used = new Set(Array.from(statement.matchAll(/\$(\d+)/g), (match) => match[1]))
    t.equal(used.size, numbered.length, 'every parameter is used')
  })
}

t.test('statements stand in sql/queries alone, but for those that set the schema up', async (t) => {
  const files = readdirSync(ledger, { recursive: true, encoding: 'utf8' })
  const sources = files.filter((file) => file.endsWith('.ts') && !file.startsWith('schema/'))
  for (const file of sources) {
    const source = readFileSync(new URL(file, ledger), 'utf8')
    t.notMatch(source, /\b(?:select|insert|update|delete)\s+\S+\s+(?:from|into|set|where)\b/, file)
  }
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
  return plain(type).replace('timestamptz', 'timestamp with time zone')
}

function plain(type: string): string {
  return type.replace(/\?$/, '')
}

function withoutText(statement: string): string {
  return statement.replace(/'[^']*'/g, "''")
}
