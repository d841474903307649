/** Brings the schema up to date, and says how far it is. Migrations: sql/migrations, plain SQL, in order. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'
import pg from 'pg'

/** `behind`/`ahead`: migrations that the database lacks, or has and this version doesn't know. */
export type SchemaState =
  | { kind: 'empty' }
  | { kind: 'current' }
  | { kind: 'behind'; missing: string[] }
  | { kind: 'ahead'; unknown: string[] }

const directory = () => fileURLToPath(import.meta.resolve('#sql/migrations/0001_ledger.sql')).replace(/[^/\\]+$/, '')

/** The message says why. */
export class LedgerUnreachable extends Error {}

export function knownMigrations(): string[] {
  return readdirSync(directory())
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.replace(/\.sql$/, ''))
    .sort()
}

/** Runs what is missing, under a lock, each migration in a transaction. Returns the names of those that ran. */
export async function migrate(url: string, log: (message: string) => void = () => {}): Promise<string[]> {
  return connected({ connectionString: url }, async (client) => {
    const ran = await runner({
      dbClient: client,
      dir: directory(),
      direction: 'up',
      migrationsTable: 'migration',
      migrationsSchema: 'ledger',
      createMigrationsSchema: true,
      // Two processes that start together both want to: the second waits, and finds nothing left to do.
      advisoryLockMode: 'wait',
      log,
    })
    return ran.map((migration) => migration.name)
  })
}

export async function schemaState(url: string): Promise<SchemaState> {
  return connected({ connectionString: url, query_timeout: 10_000 }, async (client) => {
    const exists = await client.query("select to_regclass('ledger.migration') is not null as present")
    if (!exists.rows[0].present) return { kind: 'empty' }
    const { rows } = await client.query<{ name: string }>('select name from ledger.migration order by name')
    return compare(
      rows.map((row) => row.name),
      knownMigrations(),
    )
  })
}

export function compare(applied: string[], known: string[]): SchemaState {
  if (applied.length === 0) return { kind: 'empty' }
  const unknown = applied.filter((name) => !known.includes(name))
  if (unknown.length > 0) return { kind: 'ahead', unknown }
  const missing = known.filter((name) => !applied.includes(name))
  return missing.length > 0 ? { kind: 'behind', missing } : { kind: 'current' }
}

/** A connection of its own: neither a pool's time-outs nor its place in the queue are for migrations. */
async function connected<T>(config: pg.ClientConfig, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: 5_000 })
  // The statement on its way rejects by itself; without this handler a cut line would end the process.
  client.on('error', () => {})
  try {
    await client.connect().catch((error: unknown) => {
      throw new LedgerUnreachable(`the ledger can't be reached: ${error instanceof Error ? error.message : error}`)
    })
    return await use(client)
  } finally {
    await client.end()
  }
}
