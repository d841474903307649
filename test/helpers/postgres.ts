/** The Postgres that all test files share, and a database of its own for each. */
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { Test } from 'tap'
import { openEmbedded } from '../../src/ledger/postgres/embedded.ts'
import { openPool, type Pool } from '../../src/ledger/postgres/pool.ts'
import { migrate } from '../../src/ledger/schema/migrate.ts'

const folder = fileURLToPath(new URL('../../.soapstone/test', import.meta.url))

/** Starts (or joins) the shared server. Without fsync: tests that pull the plug have servers of their own. */
export function sharedServer() {
  return openEmbedded({ folder, settings: ['fsync=off', 'max_connections=300'] })
}

/** The migrated database that every test database is copied from: made once for each state of the migrations. */
async function template(url: string): Promise<string> {
  const name = `template_${createHash('sha256').update(migrationsText()).digest('hex').slice(0, 12)}`
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock(1)')
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) {
      await client.query(`create database ${name}_new`)
      await migrate(on(url, `${name}_new`))
      await client.query(`alter database ${name}_new rename to ${name}`)
    }
    return name
  } finally {
    await client.end()
  }
}

function migrationsText(): string {
  const migrations = new URL('../../sql/migrations/', import.meta.url)
  return readdirSync(migrations)
    .map((file) => readFileSync(new URL(file, migrations), 'utf8'))
    .join('')
}

/** Stops the shared server, unless another run of tests is using it. */
export async function stopSharedServer(): Promise<void> {
  const server = await sharedServer()
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  const { rows } = await client.query(
    "select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
  )
  await client.end()
  if (rows.length === 0 && !process.env.SOAPSTONE_KEEP_TEST_SERVER) await server.stop()
}

/** A migrated database of its own; dropped afterwards, unless the test failed: then it is left to be looked at. */
export async function createDatabase(t: Test, { empty = false } = {}): Promise<string> {
  const server = await sharedServer()
  const name = `t_${randomBytes(6).toString('hex')}`
  await admin(server.url, `create database ${name}${empty ? '' : ` template ${await template(server.url)}`}`)
  t.teardown(async () => {
    if (t.passing()) await admin(server.url, `drop database if exists ${name} with (force)`)
    else t.comment(`kept for a look: ${on(server.url, name)}`)
  })
  return on(server.url, name)
}

/** A pool on a database of its own. */
export async function createLedger(t: Test): Promise<{ url: string; pool: Pool }> {
  const url = await createDatabase(t)
  const pool = openPool({ url, connections: 10, name: 'test', onError: () => {} })
  t.teardown(() => pool.end())
  return { url, pool }
}

function on(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).href
}

async function admin(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
