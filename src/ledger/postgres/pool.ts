/**
 * A pool: connections to the ledger's Postgres for statements of one kind. Every wait has an end, but a connection whose
 * caller gave up stays in its place until the server has answered or closed. To close it would not end the statement: a
 * commit that waits for a standby holds its server process for as long as that takes, and with a new connection for each
 * that was given up there were sixty of them after 45 s.
 */
import pg from 'pg'
import { unwarned } from './answers.ts'
import type { Connection } from './connection.ts'
import type { History, Moment } from './history.ts'
import { createPlaces } from './places.ts'
import type { Statement } from './query.ts'
import { Late, within } from './within.ts'

export { failing, hasSqlState, isUnavailable } from './answers.ts'

export interface Queries {
  query(statement: Statement): Promise<pg.QueryArrayResult<unknown[]>>
  query<R extends pg.QueryResultRow = pg.QueryResultRow>(
    asked: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<R>>
}

/** One connection of the pool, for several statements. */
export interface PooledConnection extends Queries {
  readonly moment: Moment | undefined
  /** Gives it back; `destroy`: closes it. */
  release(how?: 'destroy'): void
}

export interface Pool extends Queries {
  connect(): Promise<PooledConnection>
  /** Connections that are open, of whatever use. */
  readonly open: number
  /** Those that are being opened, in use, or given up. */
  readonly busy: number
  /** At most this many. */
  readonly most: number
  /** Resolves when what is in use was given back. What was given up is not waited for. */
  end(): Promise<void>
}

export interface PoolOptions {
  /** May name several hosts: then the primary among them is followed. */
  url: string
  /** At most this many connections. */
  connections: number
  /** Of those, so many stay open however long nobody uses them. */
  kept?: number
  /** Shown in pg_stat_activity. */
  name: string
  /** By default a server is wanted that can be written to. */
  access?: 'read' | 'write'
  /** How long to wait for a connection, ms. */
  connectMs?: number
  /** How long a statement may take, ms: Postgres cancels it, and a little later the caller gives up on a dead line. */
  statementMs?: number
  /** Postgres settings of its connections, as `-c name=value`. */
  settings?: string
  /** What the process knows of the ledger's past: all its pools share it. */
  history?: History
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
 * Its plan does not depend on what a message holds. A plan that was made while the queue was empty would read all of it.
 */
export const ONE_PLAN = ['plan_cache_mode=force_generic_plan', ...off('seqscan')]
  .map((setting) => `-c ${setting}`)
  .join(' ')

function off(...methods: string[]): string[] {
  return methods.map((method) => `enable_${method}=off`)
}

export function openPool({ connections, kept = 0, statementMs = 15_000, ...options }: PoolOptions): Pool {
  const places = createPlaces({ access: 'write', ...options, most: connections, kept, statementMs })
  const patience = statementMs + 500

  function query(statement: Statement): Promise<pg.QueryArrayResult<unknown[]>>
  function query<R extends pg.QueryResultRow>(
    asked: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<R>>
  async function query(asked: Asked, values?: unknown[]) {
    const connection = await places.take()
    const answer = send(connection, asked, values)
    try {
      const result = await within(patienceFor(asked), answer)
      places.giveBack(connection)
      return result
    } catch (error) {
      if (error instanceof Late) places.giveUp(connection, answer.then(useAfter, useAfter))
      else if (useAfter(error) === 'give back') places.giveBack(connection)
      else places.drop(connection)
      throw error
    }
  }

  const patienceFor = (asked: Asked) =>
    typeof asked === 'object' && 'query_timeout' in asked ? (asked.query_timeout ?? patience) : patience

  async function connect(): Promise<PooledConnection> {
    const connection = await places.take()
    let pending: Promise<unknown> | undefined

    function ask(statement: Statement): Promise<pg.QueryArrayResult<unknown[]>>
    function ask<R extends pg.QueryResultRow>(
      asked: string | pg.QueryConfig,
      values?: unknown[],
    ): Promise<pg.QueryResult<R>>
    async function ask(asked: Asked, given?: unknown[]) {
      const answer = send(connection, asked, given)
      pending = answer
      const result = await within(patienceFor(asked), answer).catch((error: unknown) => {
        if (!(error instanceof Late)) pending = undefined
        throw error
      })
      pending = undefined
      return result
    }
    return {
      moment: connection.moment,
      query: ask,
      release(how) {
        if (pending !== undefined) places.giveUp(connection, pending.then(dropped, dropped))
        else if (how === 'destroy') places.drop(connection)
        else places.giveBack(connection)
      },
    }
  }

  return {
    query,
    connect,
    get open() {
      return places.open
    },
    get busy() {
      return places.taken
    },
    most: connections,
    end: () => places.end(),
  }
}

type Asked = Statement | pg.QueryConfig | string

function send({ client }: Connection, asked: Asked, values: unknown[] | undefined) {
  const given = typeof asked === 'string' ? { text: asked, ...(values && { values }) } : asked
  // The driver's own deadline would forget the statement, and use the connection again.
  const config = { ...given, query_timeout: undefined }
  return unwarned(client, () => answerOf(client, config))
}

/** By callback: the driver's own promises keep each other in memory, and with them the whole of what was asked. */
function answerOf(client: pg.Client, config: pg.QueryConfig): Promise<pg.QueryResult<never>> {
  return new Promise((resolve, reject) => {
    client.query<never>(config, (error, result) => (error ? reject(error) : resolve(result)))
  })
}

const dropped = () => 'drop' as const

/**
 * What becomes of a connection after that answer. After what was wrong with the data it is as good as before. All else
 * may lie in the connection: its server can't be written to any more, or a statement was prepared for tables that have
 * changed.
 */
function useAfter(answer: unknown): 'give back' | 'drop' {
  if (!(answer instanceof Error)) return 'give back'
  return answer instanceof pg.DatabaseError && /^(?:2[23]|40|P0)/.test(answer.code ?? '') ? 'give back' : 'drop'
}

/** Runs the work in one transaction. */
export async function transaction<T>(pool: Pool, work: (connection: PooledConnection) => Promise<T>): Promise<T> {
  const connection = await pool.connect()
  try {
    await connection.query('begin')
    const result = await work(connection)
    await connection.query('commit')
    connection.release()
    return result
  } catch (error) {
    // The connection goes with whatever was begun on it; a rollback that failed would hide the first error.
    connection.release('destroy')
    throw error
  }
}
