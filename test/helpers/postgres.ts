/** The Postgres that all test files share, and databases on it. */
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { openEmbedded } from '../../src/ledger/postgres/embedded.ts'
import { openPool, type Pool } from '../../src/ledger/postgres/pool.ts'
import { migrate } from '../../src/ledger/schema/migrate.ts'
import { connected, type Database, emptyDatabase, readCatalogs } from './spare.ts'

const shared = fileURLToPath(new URL('../../.soapstone/test', import.meta.url))

/** Starts (or joins) the shared server. Without fsync: tests that pull the plug have servers of their own. */
export function sharedServer(folder = shared) {
  return openEmbedded({ folder, settings: ['fsync=off', 'max_connections=300'] })
}

/** The migrated database that every test database is copied from: made once for each state of the migrations. */
async function template(url: string): Promise<string> {
  const name = `template_${createHash('sha256').update(migrationsText()).digest('hex').slice(0, 12)}`
  return await connected(url, async (client) => {
    await client.query('select pg_advisory_lock(1)')
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) {
      // What was left by a file that was killed meanwhile.
      await client.query(`drop database if exists ${name}_new with (force)`)
      await client.query(`create database ${name}_new`)
      await migrate(on(url, `${name}_new`))
      await client.query(`alter database ${name}_new rename to ${name}`)
    }
    return name
  })
}

/** The migrations, and the code that runs them: a mutant of it must not make a database for others. */
function migrationsText(): string {
  return ['../../sql/migrations/', '../../src/ledger/schema/']
    .map((path) => new URL(path, import.meta.url))
    .flatMap((folder) => readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8')))
    .join('')
}

/** Stops the shared server, unless another run of tests is using it. */
export async function stopSharedServer(): Promise<void> {
  const server = await sharedServer()
  const { rows } = await connected(server.url, (client) =>
    client.query("select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"),
  )
  if (rows.length === 0 && !process.env.SOAPSTONE_KEEP_TEST_SERVER) await server.stop()
}

/** Of this file, and in no test's hands right now. */
const spares: Database[] = []
let dropsSpares = false

/**
 * A migrated database that no other test uses meanwhile, without rows; `empty`: without a schema, too. When the test
 * has failed, it is left to be looked at.
 */
export async function createDatabase(t: Test, { empty = false } = {}): Promise<string> {
  await dropSparesAtTheEnd()
  const database = (empty ? undefined : spares.pop()) ?? (await newDatabase(empty))
  t.teardown(async () => {
    if (!t.passing()) return t.comment(`kept for a look: ${database.url}`)
    if (!empty && (await emptyDatabase(database))) spares.push(database)
    else await dropDatabase(database)
  })
  return database.url
}

async function newDatabase(empty: boolean): Promise<Database> {
  const server = await ours()
  const name = `t_${randomBytes(6).toString('hex')}`
  const from = empty ? '' : ` template ${await template(server)} strategy file_copy`
  await connected(server, (client) => client.query(`create database ${name}${from}`))
  const url = on(server, name)
  return { url, catalogs: empty ? '' : await readCatalogs(url) }
}

/** The shared server's URL; asked for once a file, as that starts processes. */
let serverUrl: Promise<string> | undefined
function ours(): Promise<string> {
  serverUrl ??= sharedServer().then(({ url }) => url)
  return serverUrl
}

async function dropSparesAtTheEnd(): Promise<void> {
  if (dropsSpares) return
  dropsSpares = true
  // Not at the top: what only wants the server is no test, and must not print as one.
  const { default: root } = await import('tap')
  root.teardown(async () => {
    for (const database of spares) await dropDatabase(database)
  })
}

async function dropDatabase({ url }: Database): Promise<void> {
  const drop = `drop database if exists ${new URL(url).pathname.slice(1)} with (force)`
  await connected(await ours(), (client) => client.query(drop))
}

/** A pool on such a database. */
export async function createLedger(t: Test): Promise<{ url: string; pool: Pool }> {
  const url = await createDatabase(t)
  const pool = openPool({ url, connections: 10, name: 'test', onError: () => {} })
  t.teardown(() => pool.end())
  return { url, pool }
}

function on(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).href
}
