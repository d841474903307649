/** `npm run schema`: writes sql/schema.sql from a database that the migrations have just made. */
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import pg from 'pg'
import { migrate } from '../../src/ledger/schema/migrate.ts'
import { sharedServer, stopSharedServer } from './postgres.ts'

export const SCHEMA_FILE = new URL('../../sql/schema.sql', import.meta.url)

/** The schema of the ledger as its catalogs tell it, in an order of names: the same for the same schema. */
export async function describeSchema(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    // No name of the schema may depend on who looks.
    await client.query('set search_path = pg_catalog')
    const parts = await readFile(new URL('./schema-parts.sql', import.meta.url), 'utf8')
    const { rows } = await client.query<{ line: string }>(parts)
    return `${HEADER}${rows.map((row) => row.line.trimEnd()).join('\n\n')}\n`
  } finally {
    await client.end()
  }
}

const HEADER = `-- The schema of the ledger, made from the catalogs by \`npm run schema\`. To read, not to run: sql/migrations is run.
-- A test fails when it is out of date.

`

async function write(): Promise<void> {
  const server = await sharedServer()
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  const name = `schema_${randomBytes(6).toString('hex')}`
  await admin.query(`create database ${name}`)
  try {
    const url = Object.assign(new URL(server.url), { pathname: `/${name}` }).href
    await migrate(url)
    await writeFile(SCHEMA_FILE, await describeSchema(url))
  } finally {
    await admin.query(`drop database ${name} with (force)`)
    await admin.end()
  }
  await stopSharedServer()
}

if (import.meta.main) await write()
