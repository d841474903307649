/** Brings the schema up to date, and says how far it is. Migrations: sql/migrations, plain SQL, in order. */
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { Explained } from '../../runtime/explained.ts'
import { type Connection, openConnection } from '../postgres/connection.ts'
import { hasSqlState, type Queries } from '../postgres/pool.ts'
import { LedgerUnfit } from '../postgres/unfit.ts'
import { within } from '../postgres/within.ts'
import { LOADERS, MIGRATIONS } from './migration-files.ts'
import { takeLock } from './migration-lock.ts'

/**
 * `behind`: the database lacks migrations; `ahead`: it has some that this version doesn't know, because a newer one made
 * them; `diverged`: both at once.
 */
export type SchemaState =
  | { kind: 'empty' }
  | { kind: 'current' }
  | { kind: 'behind'; missing: string[] }
  | { kind: 'ahead'; unknown: string[] }
  | { kind: 'diverged'; missing: string[]; unknown: string[] }

/** The message says why. `passing`: it may answer soon, by itself. */
export class LedgerUnreachable extends Explained {
  readonly passing: boolean

  constructor(cause: unknown) {
    super(`the ledger can't be reached: ${wordsOf(cause)}`, { cause })
    this.name = 'LedgerUnreachable'
    this.passing = isPassing(cause)
  }
}

/** Of several hosts, and of one that has several addresses. Those of the second kind have no words of their own. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(wordsOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}

/** Nobody listens there yet, or not any more, or has too much to do; Postgres starts, stops, or has no connection left. */
const PASSING =
  /^(?:ECONN(?:REFUSED|RESET|ABORTED)|E(?:PIPE|TIMEDOUT|HOSTUNREACH|HOSTDOWN|NETUNREACH|AI_AGAIN)|57P0[123]|53300)$/

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError) return error.errors.some(isPassing) || error.errors.every(isReadOnly)
  const code = 'code' in error ? String(error.code) : ''
  // The driver's own errors have no code. A socket's file is not there until Postgres is.
  if (code === '') return /timeout|terminated/i.test(error.message)
  return PASSING.test(code) || (code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect')
}

/** Where all hosts are standbys, one of them is about to become the primary. */
function isReadOnly(error: unknown): boolean {
  return error instanceof LedgerUnfit && error.kind === 'read-only'
}

export function knownMigrations(folder = MIGRATIONS): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.replace(/\.sql$/, ''))
    .sort()
}

export interface MigrateOptions {
  folder?: string
  /** What Postgres had to say, such as roles that this login may not make. */
  onWarning?: (message: string) => void
  /** Another process migrates: who, and for how long this one has been waiting. Said at once, and again at times. */
  onWait?: (holder: string, seconds: number) => void
}

/**
 * Runs what is missing, one process at a time; of several that start together the others wait, and find nothing left to
 * do. Returns the names of those that ran.
 */
export function migrate(
  url: string,
  { folder = MIGRATIONS, onWarning, onWait }: MigrateOptions = {},
): Promise<string[]> {
  return connected(url, 'write', async (client) => {
    // Class 01: a warning, in whatever language the server speaks.
    client.on('notice', ({ code = '', message = '' }) => code.startsWith('01') && onWarning?.(message))
    await takeLock(client, { onWait })
    const ran: string[] = []
    while (await isBehind(client, folder)) {
      const name = await runNext(client, folder)
      if (name === undefined) break
      ran.push(name)
    }
    return ran
  })
}

/** Without the package that runs them: most often none is missing, and to load it takes longer than to ask. */
async function isBehind(client: pg.Client, folder: string): Promise<boolean> {
  const { rows } = await client.query(WHOSE)
  return !rows[0].present || (await lacking(client, knownMigrations(folder))).length > 0
}

/** Tries to get a lock that the service's own statements, or somebody's long query, stand in the way of. */
const MOST_TRIES = 60
const BLOCKED = `a migration needs a lock that it could not get in ${MOST_TRIES} tries: sql/dba/locks.sql shows who has it`
/** Those who had to queue behind a try that failed have their turn before the next. */
const RETRY_MS = 1_000

/** Runs the first of those missing. Returns its name, or undefined when there is none. */
async function runNext(client: pg.Client, folder: string): Promise<string | undefined> {
  const { runner } = await import('node-pg-migrate')
  for (let tries = 1; ; tries++) {
    try {
      const [ran] = await runner({
        dbClient: client,
        dir: folder,
        migrationLoaderStrategies: LOADERS,
        direction: 'up',
        count: 1,
        migrationsTable: 'migration',
        migrationsSchema: 'ledger',
        createMigrationsSchema: true,
        noLock: true,
        log: () => {},
      })
      return ran?.name
    } catch (error) {
      // lock_not_available
      if (!hasSqlState(error, '55P03')) throw error
      if (tries === MOST_TRIES) throw new Explained(BLOCKED, { cause: error })
      await client.query('rollback')
      await sleep(RETRY_MS)
    }
  }
}

/** Throws a LedgerUnreachable unless there is a Postgres that can be written to. */
export async function reach(url: string): Promise<void> {
  await connected(url, 'write', async () => {})
}

/** Our table of migrations, by its columns; and whether the schema has any table at all. */
const WHOSE = `
select count(*) filter (where c.relname = 'migration' and (
    select count(*) from pg_attribute a where a.attrelid = c.oid and a.attname in ('id', 'name', 'run_on')) = 3) = 1 as present,
  count(*) > 0 as taken
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'ledger' and c.relkind in ('r', 'p', 'v', 'm')`

const ANSWER_MS = 10_000

/** Throws an Explained where the schema is somebody else's. */
export async function schemaState(url: string): Promise<SchemaState> {
  return connected(url, 'read', async (client) => {
    const ask = (text: string) => within(ANSWER_MS, client.query(text))
    const { present, taken } = (await ask(WHOSE)).rows[0]
    if (!present && taken)
      throw new Explained("the schema 'ledger' of this database belongs to something else: use another database")
    if (!present) return { kind: 'empty' }
    const { rows } = await ask('select name from ledger.migration order by name')
    return compare(
      rows.map((row) => String(row.name)),
      knownMigrations(),
    )
  })
}

/** Those of the migrations that did not run. */
export async function lacking(runner: Queries, known: readonly string[]): Promise<string[]> {
  const { rows } = await runner.query<{ name: string }>('select name from ledger.migration')
  const applied = new Set(rows.map(({ name }) => name))
  return known.filter((name) => !applied.has(name))
}

export function compare(applied: string[], known: string[]): SchemaState {
  if (applied.length === 0) return { kind: 'empty' }
  const unknown = applied.filter((name) => !known.includes(name))
  const missing = known.filter((name) => !applied.includes(name))
  if (unknown.length > 0)
    return missing.length > 0 ? { kind: 'diverged', missing, unknown } : { kind: 'ahead', unknown }
  return missing.length > 0 ? { kind: 'behind', missing } : { kind: 'current' }
}

/** A connection of its own: neither a pool's time-outs nor its place in the queue are for migrations. */
async function connected<T>(url: string, access: 'read' | 'write', use: (client: pg.Client) => Promise<T>): Promise<T> {
  const { client } = await connect(url, access)
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

async function connect(url: string, access: 'read' | 'write'): Promise<Connection> {
  try {
    // The statement on its way rejects by itself.
    return await openConnection({ url, access, name: 'soapstone', connectMs: 5_000, statementMs: 0, onError: () => {} })
  } catch (error) {
    throw new LedgerUnreachable(error)
  }
}
