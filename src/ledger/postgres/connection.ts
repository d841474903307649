/** Opens a connection to the ledger's Postgres: the only function that does, for pools, listener, commands and migrations. */
import pg from 'pg'
import { placeOf, readPostgresUrl } from '../../runtime/postgres-url.ts'
import { type History, type Moment, readMoment } from './history.ts'
import { prepareSession, SESSION_OPTIONS, type Session } from './session.ts'
import { LedgerUnfit } from './unfit.ts'
import { within } from './within.ts'

export interface ConnectionOptions {
  /** With several hosts the one is taken that can be written to. */
  url: string
  /** Shown in pg_stat_activity. */
  name: string
  /** What it is for: a standby will do for `read`, where the URL names no other host. */
  access: 'read' | 'write'
  /** How long to wait for each host, ms. */
  connectMs?: number
  /** How long a statement may take, ms: then Postgres cancels it. Absent: as long as it takes. */
  statementMs?: number
  /** Postgres settings of this connection, as `-c name=value`. A pooler between must pass or ignore `options`. */
  settings?: string
  /** What the process knows of the ledger's past: a server that contradicts it is not used. */
  history?: History
  /** What breaks while nobody waits for an answer. */
  onError: (error: Error) => void
}

export interface Connection extends Session {
  client: pg.Client
  /** Of the server, when the connection was opened. */
  moment?: Moment
}

export const CONNECT_MS = 3_000
/** Without it a host that vanished would be waited for until the kernel gives up: two hours. */
const KEEP_ALIVE_MS = 10_000

/** Opens one after the other. It begins where it found the primary last, so that a dead host is waited for only once. */
export function createConnector(options: ConnectionOptions): () => Promise<Connection> {
  let first = 0

  return async () => {
    const { urls, primaryOnly } = readPostgresUrl(options.url)
    const access = primaryOnly ? 'write' : options.access
    const errors: unknown[] = []
    for (let i = 0; i < urls.length; i++) {
      const at = (first + i) % urls.length
      try {
        const connection = await open(urls[at] ?? '', { ...options, access })
        first = at
        return connection
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length === 1) throw errors[0]
    const words = errors.map((error, i) => `${placeOf(urls[(first + i) % urls.length] ?? '')}: ${describe(error)}`)
    throw new AggregateError(errors, `none of ${urls.length} hosts will do: ${words.join('; ')}`)
  }
}

export function openConnection(options: ConnectionOptions): Promise<Connection> {
  return createConnector(options)()
}

async function open(url: string, options: ConnectionOptions): Promise<Connection> {
  const { connectMs = CONNECT_MS, statementMs, settings, onError } = options
  const own = new URL(url).searchParams.get('options')
  const client = new pg.Client({
    connectionString: withoutOptions(url),
    application_name: options.name,
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    ...(statementMs !== undefined && { statement_timeout: statementMs }),
    options: [own, SESSION_OPTIONS, settings].filter((part) => part !== undefined && part !== null).join(' '),
  })
  // Without a handler a line that breaks would end the process.
  client.on('error', onError)
  try {
    await client.connect()
    // A server that takes connections and falls silent is no server.
    return await within(connectMs, prepare(client, options))
  } catch (error) {
    hangUp({ client })
    throw error
  }
}

async function prepare(client: pg.Client, { access, history }: ConnectionOptions): Promise<Connection> {
  const session = await prepareSession(client, access)
  const moment = history && (await readMoment(client))
  if (history === undefined || moment === undefined) return { client, ...session }
  const objection = history.judge(moment)
  if (objection !== undefined) throw new LedgerUnfit('wrong', objection)
  return { client, ...session, moment }
}

/** Closes it, whatever goes on there. What it says to that is of no interest any more. */
export function hangUp({ client }: Pick<Connection, 'client'>): void {
  client.removeAllListeners('error').on('error', () => {})
  client.end().catch(() => {})
}

/** The driver takes those of the URL instead of ours. */
function withoutOptions(url: string): string {
  const stripped = new URL(url)
  if (!stripped.searchParams.has('options')) return url
  stripped.searchParams.delete('options')
  return stripped.href
}

function describe(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(describe).join(', ')
  return error instanceof Error ? error.message : String(error)
}
