/**
 * What our statements, and the driver's reading of their answers, depend on in a session. A DBA may have set any of it
 * otherwise for the database or the role: so it is set when a connection starts, and looked at before the first use.
 */
import pg from 'pg'
import { LedgerUnfit } from './unfit.ts'

interface Precondition {
  name: string
  value: string
  /** What else will do; by default only the value itself. */
  fits?: RegExp
  /** Not set at the start: what the server has by itself may be the better one of several that fit. */
  checkedOnly?: true
}

const PRECONDITIONS: readonly Precondition[] = [
  // How values look in texts: the driver reads no dates but those of ISO.
  { name: 'datestyle', value: 'ISO,MDY', fits: /^ISO\b/ },
  { name: 'intervalstyle', value: 'postgres' },
  { name: 'timezone', value: 'UTC', fits: /./ },
  { name: 'bytea_output', value: 'hex' },
  { name: 'extra_float_digits', value: '1', fits: /^[1-3]$/ },
  { name: 'standard_conforming_strings', value: 'on' },
  { name: 'array_nulls', value: 'on' },
  { name: 'transform_null_equals', value: 'off' },
  { name: 'client_encoding', value: 'UTF8', checkedOnly: true },
  // What a name means, and what is seen of a table: rows that a policy hides would be orders that nobody works on.
  { name: 'search_path', value: 'pg_catalog,pg_temp', fits: /^(?!.*pg_catalog)|^pg_catalog\b/ },
  { name: 'row_security', value: 'off', fits: /./ },
  { name: 'session_replication_role', value: 'origin', checkedOnly: true },
  // What a transaction is.
  { name: 'default_transaction_isolation', value: 'read committed' },
  { name: 'default_transaction_deferrable', value: 'off', fits: /./ },
  // A commit is on disk, and on the standby where there is one to wait for, before anybody hears of it. `remote_apply` is more.
  { name: 'synchronous_commit', value: 'on', fits: /^(?:on|remote_apply)$/, checkedOnly: true },
  // The server says by a warning that it did not wait for the standby.
  { name: 'client_min_messages', value: 'warning', fits: /^(?!error)/ },
  // Ours are set for each pool.
  { name: 'lock_timeout', value: '0', fits: /./ },
  { name: 'statement_timeout', value: '0', fits: /./ },
  { name: 'idle_session_timeout', value: '0', fits: /./ },
  { name: 'idle_in_transaction_session_timeout', value: '0', fits: /./ },
  // From Postgres 17 on.
  { name: 'transaction_timeout', value: '0', checkedOnly: true },
  // A client that is gone must not keep its locks for hours.
  { name: 'tcp_keepalives_idle', value: '10', fits: /./ },
  { name: 'tcp_user_timeout', value: '20000', fits: /./ },
]

/** As the startup packet's `options` take them. A pooler ignores them. */
export const SESSION_OPTIONS = PRECONDITIONS.filter(({ checkedOnly }) => !checkedOnly)
  .map(({ name, value }) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`)
  .join(' ')

const LOOK = `select pg_catalog.pg_backend_pid() as pid, pg_catalog.pg_is_in_recovery() as standby,
  pg_catalog.date_part('epoch', pg_catalog.pg_postmaster_start_time()) || ' ' || coalesce(pg_catalog.inet_server_addr()::pg_catalog.text, '') as server,
  pg_catalog.current_setting('transaction_read_only') = 'on' as read_only, pg_catalog.current_database() as database,
  pg_catalog.current_setting('server_encoding') as encoding,
  array[${PRECONDITIONS.map(({ name }) => `pg_catalog.current_setting('${name}', true)`).join(', ')}] as settings`

interface Looked {
  pid: number
  standby: boolean
  server: string
  read_only: boolean
  database: string
  encoding: string
  settings: (string | null)[]
}

export interface Session {
  /** Something between gives the server's sessions to whoever comes next. */
  pooled: boolean
  /** Another one after a restart, and on another machine. */
  server: string
  pid: number
}

/** Throws a LedgerUnfit where the session is not to be used. `write`: it must be able to. */
export async function prepareSession(client: pg.Client, access: 'read' | 'write'): Promise<Session> {
  const { rows } = await client.query<Looked>(LOOK)
  const [look] = rows
  if (look === undefined) throw new Error('the server did not say what it is')
  if (look.encoding !== 'UTF8') {
    throw new LedgerUnfit(
      'wrong',
      `the database ${look.database} has the encoding ${look.encoding}, in which not every name can be written: ` +
        `make one with "create database ... encoding 'UTF8' template template0", and name it in DATABASE_URL`,
    )
  }
  if (access === 'write' && (look.standby || look.read_only)) {
    throw new LedgerUnfit(
      'read-only',
      look.standby
        ? 'the server is read-only, for it is a standby: DATABASE_URL must name the primary'
        : 'the server is read-only (default_transaction_read_only): DATABASE_URL must name the primary',
    )
  }
  // A pooler names a process of its own when it is connected to: the cancel key is its own.
  const pooled = 'processID' in client && client.processID !== look.pid
  const wrong = PRECONDITIONS.flatMap((one, i) => {
    const found = look.settings[i]
    if (found === undefined || found === null) return []
    return (one.fits ?? new RegExp(`^${one.value}$`)).test(found) ? [] : { ...one, found }
  })
  if (wrong.length > 0) await set(client, wrong, pooled)
  return { pooled, server: look.server, pid: look.pid }
}

async function set(client: pg.Client, wrong: (Precondition & { found: string })[], pooled: boolean): Promise<void> {
  // Through a pooler it would be set in a session of somebody else.
  if (!pooled) {
    const sets = wrong.map(({ name, value }) => `pg_catalog.set_config('${name}', '${value}', false)`)
    const refused = await client.query(`select ${sets.join(', ')}`).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (refused === undefined) return
    if (!(refused instanceof pg.DatabaseError)) throw refused
  }
  const words = wrong.map(({ name, value, found }) => `${name} is ${found} and must be ${value}`)
  throw new LedgerUnfit(
    'wrong',
    `the ledger's Postgres has settings that can't be changed from here: ${words.join(', ')}; see alter role, alter database`,
  )
}
