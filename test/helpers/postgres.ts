/** The Postgres that all test files share, and databases on it. */
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { openEmbedded } from '../../src/ledger/postgres/embedded.ts'
import { openPool, type Pool } from '../../src/ledger/postgres/pool.ts'
import { migrate } from '../../src/ledger/schema/migrate.ts'
import { clearDatabase, connected, type Database, isAsNew, readCatalogs } from './spare.ts'

const shared = fileURLToPath(new URL('../../.soapstone/test', import.meta.url))

/** Starts (or joins) the shared server. Without fsync: tests that pull the plug have servers of their own. */
export function sharedServer(folder = shared) {
  return openEmbedded({ folder, settings: ['fsync=off', 'max_connections=300'] })
}

/** The migrated database that every test database is copied from: made once for each state of the migrations. */
async function template(url: string): Promise<string> {
  const name = `template_${migrationsHash()}`
  return await connected(url, async (client) => {
    await client.query('select pg_advisory_lock(1)')
    await client.query('create table if not exists spare (url text primary key, template text, catalogs text)')
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

/** Of the migrations, and the code that runs them: a mutant of it must not make a database for others. */
export function migrationsHash(): string {
  const hash = createHash('sha256')
  for (const path of ['../../sql/migrations/', '../../src/ledger/schema/']) {
    const folder = new URL(path, import.meta.url)
    for (const file of readdirSync(folder)) hash.update(readFileSync(new URL(file, folder)))
  }
  return hash.digest('hex').slice(0, 12)
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
let keepsSpares = false

export interface DatabaseOptions {
  /** Without a schema, too. */
  empty?: boolean
  /** No test has used it: its tables and indexes have no pages yet. For tests of plans, which follow from their size. */
  unused?: boolean
}

/** A migrated database that no other test uses meanwhile, without rows. When the test has failed, it is left for a look. */
export async function createDatabase(
  t: Test,
  { empty = false, unused = empty }: DatabaseOptions = {},
): Promise<string> {
  await keepSparesAtTheEnd()
  const database = await (empty ? emptyDatabase() : unused ? newMigrated() : (spares.pop() ?? spareOrNew()))
  t.teardown(async () => {
    if (!t.passing()) return t.comment(`kept for a look: ${database.url}`)
    if (!unused && (await clearDatabase(database))) spares.push(database)
    else await dropDatabase(database)
  })
  return database.url
}

async function emptyDatabase(): Promise<Database> {
  return { url: await newDatabase(''), catalogs: '' }
}

/** One that another file has left, or a new one. */
async function spareOrNew(): Promise<Database> {
  const name = await ourTemplate()
  const take = `delete from spare where url = (select url from spare where template = $1 limit 1 for update skip locked)
    returning url, catalogs`
  for (;;) {
    const { rows } = await connected(await ours(), (client) => client.query<Database>(take, [name]))
    const [spare] = rows
    if (spare === undefined) return await newMigrated()
    if (await isAsNew(spare)) return spare
    await dropDatabase(spare)
  }
}

async function newMigrated(): Promise<Database> {
  const url = await newDatabase(` template ${await ourTemplate()}`)
  return { url, catalogs: await readCatalogs(url) }
}

async function newDatabase(from: string): Promise<string> {
  const server = await ours()
  const name = `t_${randomBytes(6).toString('hex')}`
  await connected(server, (client) => client.query(`create database ${name}${from}`))
  return on(server, name)
}

let templateName: Promise<string> | undefined
function ourTemplate(): Promise<string> {
  templateName ??= ours().then(template)
  return templateName
}

/** The shared server's URL; asked for once a file, as that starts processes. */
let serverUrl: Promise<string> | undefined
function ours(): Promise<string> {
  serverUrl ??= sharedServer().then(({ url }) => url)
  return serverUrl
}

async function keepSparesAtTheEnd(): Promise<void> {
  if (keepsSpares) return
  keepsSpares = true
  // Not at the top: what only wants the server is no test, and must not print as one.
  const { default: root } = await import('tap')
  root.teardown(async () => {
    if (spares.length === 0) return
    const keep = 'insert into spare (url, template, catalogs) values ($1, $2, $3)'
    const name = await ourTemplate()
    await connected(await ours(), async (client) => {
      for (const { url, catalogs } of spares) await client.query(keep, [url, name, catalogs])
    })
  })
}

async function dropDatabase({ url }: Database): Promise<void> {
  const drop = `drop database if exists ${new URL(url).pathname.slice(1)} with (force)`
  await connected(await ours(), (client) => client.query(drop))
}

/** A pool on such a database. */
export async function createLedger(t: Test, options?: DatabaseOptions): Promise<{ url: string; pool: Pool }> {
  const url = await createDatabase(t, options)
  const pool = openPool({ url, connections: 10, name: 'test', onError: () => {} })
  t.teardown(() => pool.end())
  return { url, pool }
}

function on(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).href
}
