/** The pool: the only way to the ledger's Postgres. Every wait has an end. */
import pg from 'pg'
import { Failure } from '../../domain/failure.ts'
import type { Runner } from './query.ts'

export type Pool = pg.Pool

export interface PoolOptions {
  url: string
  /** At most this many connections. */
  connections: number
  /** Shown in pg_stat_activity. */
  name: string
  /** How long to wait for a connection, ms. */
  connectMs?: number
  /** How long a statement may take, ms: Postgres cancels it, and a little later the client gives up on a dead line. */
  statementMs?: number
  /** Postgres settings of its connections, as `-c name=value`. A pooler between must pass or ignore `options`. */
  settings?: string
  onError: (error: Error) => void
}

/**
 * For pools that run the statements of the queue and nothing else: each looks rows up by their keys, so that there is one
 * good plan for it, whatever the statistics say - and those of a queue are wrong most of the time. Left to itself Postgres
 * planned small settles anew at every call: 0.35 ms beside 0.57 ms of work. A large one it joined row by row with all that
 * was worked on: 40,000 comparisons for two hundred rows.
 */
export const LOOKS_UP_BY_KEY = [
  'plan_cache_mode=force_generic_plan',
  ...off('seqscan', 'bitmapscan', 'hashjoin', 'mergejoin'),
]
  .map((setting) => `-c ${setting}`)
  .join(' ')

/**
 * For the recorder's pool: its statement is large, and to plan it anew for each message took twice as long as to run it.
 * Its plan does not depend on what a message holds.
 */
export const ONE_PLAN = '-c plan_cache_mode=force_generic_plan'

function off(...methods: string[]): string[] {
  return methods.map((method) => `enable_${method}=off`)
}

export function openPool(options: PoolOptions): Pool {
  const statementMs = options.statementMs ?? 15_000
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections,
    application_name: options.name,
    connectionTimeoutMillis: options.connectMs ?? 3_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementMs,
    query_timeout: statementMs + 500,
    keepAlive: true,
    ...(options.settings !== undefined && { options: options.settings }),
  })
  // An idle connection that breaks is no one's query: without this handler it would end the process.
  pool.on('error', options.onError)
  // A connection whose query timed out on a dead line must not serve again; pg itself would reuse it.
  pool.on('connect', (client) => client.on('error', options.onError))
  return pool
}

/** Runs the work in one transaction. */
export async function transaction<T>(pool: Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    client.release()
    return result
  } catch (error) {
    // The connection goes with whatever was begun on it; a rollback that failed would hide the first error.
    client.release(true)
    throw error
  }
}

/** True when the error says that Postgres is away or going, not that the statement was wrong. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  // Class 08 connection, 53 resources, 57 operator intervention (shutdown, cancel); Node's errors are no SQLSTATE.
  if (/^[0-9A-Z]{5}$/.test(code)) return /^(?:08|53|57P)/.test(code) || code === '57014' || code === '25006'
  return true
}

/** For what steps ask of the ledger in the midst of their work: that it is away is a Failure, which burns no attempt. */
export function failing(runner: Runner): Runner {
  return {
    query: (config) =>
      runner.query(config).catch((error: unknown) => {
        if (!isUnavailable(error)) throw error
        throw new Failure('LEDGER_AWAY', { detail: `the ledger was away: ${String(error)}`, cause: error })
      }),
  }
}

/** True for a broken constraint or an aborted race, by SQLSTATE. */
export function hasSqlState(error: unknown, ...states: string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && states.includes(error.code)
}
