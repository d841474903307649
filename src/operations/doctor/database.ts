/** The ledger's Postgres: can it be reached and used, and is it well? */
import { type Check, fail, findingOf, needing, ok, once, reasonOf, warn } from './check.ts'

export interface DatabasePort {
  /** Throws where it can't be reached, or is not to be used. */
  server(): Promise<Server>
  schema(): Promise<{
    kind: 'empty' | 'current' | 'behind' | 'ahead' | 'diverged'
    missing: string[]
    unknown: string[]
  }>
  /** Rights that the service needs and this role lacks, as `work: delete`. */
  missingRights(): Promise<string[]>
  tables(): Promise<TableHealth[]>
  snapshots(): Promise<Snapshots>
}

export interface Server {
  version: string
  /** `160004` is 16.4. */
  versionNumber: number
  encoding: string
  role: string
  superuser: boolean
  standby: boolean
  readOnly: boolean
  /** How far its clock is ahead of ours, ms. */
  aheadMs: number
  settings: Record<string, string>
  /** Of this role in this database. */
  connections: { most: number; used: number }
  /** Transactions since the oldest that is not frozen. */
  transactionAge: number
}

interface TableHealth {
  table: string
  live: number
  dead: number
  bytes: number
}

interface Snapshots {
  oldestSeconds: number
  /** Who holds it. */
  holder: string
  /** This role sees what others do. */
  seesAll: boolean
}

const OLDEST_VERSION = 140_000
/** Of one process of `serve`. */
const CONNECTIONS = 15
const CLOCK_WARN_MS = 5_000
const CLOCK_FAIL_MS = 60_000
const SNAPSHOT_SECONDS = 900
/** Where an emergency vacuum has long begun; Postgres stops at 2,100 million. */
const OLD_TRANSACTIONS = 1_500_000_000
const DEAD_ROWS = 50_000

/** What the ledger's promises rest on. A server for tests may do without; no other should. */
const SETTINGS: { name: string; fits: RegExp; why: string }[] = [
  { name: 'fsync', fits: /^on$/, why: 'a crash of the server loses orders that were Acked' },
  { name: 'full_page_writes', fits: /^on$/, why: 'a crash of the server may damage the ledger' },
  { name: 'synchronous_commit', fits: /^(?:on|remote_apply)$/, why: 'each of our sessions has to set it anew' },
  { name: 'autovacuum', fits: /^on$/, why: 'the queue grows without end' },
  { name: 'track_counts', fits: /^on$/, why: 'autovacuum does nothing without it' },
]

export function databaseChecks(port: DatabasePort): Check[] {
  const server = once(port.server)
  const schema = once(port.schema)
  const ofServer = (judge: Parameters<typeof needing<Server>>[2]) => needing(server, 'database.reachable', judge)
  return [
    { id: 'database.reachable', run: () => reachable(server) },
    { id: 'database.version', run: ofServer(version) },
    { id: 'database.encoding', run: () => encoding(server) },
    { id: 'database.writable', run: ofServer(writable) },
    { id: 'database.rights', run: ofServer((found) => rights(found, port)) },
    { id: 'database.schema', run: ofServer(async () => judgeSchema(await schema())) },
    { id: 'database.clock', run: ofServer(clock) },
    { id: 'database.settings', run: ofServer(settings) },
    { id: 'database.connections', run: ofServer(connections) },
    { id: 'database.bloat', run: ofServer(async () => bloat(await port.tables())) },
    { id: 'database.oldest-snapshot', run: ofServer(async () => snapshots(await port.snapshots())) },
    { id: 'database.transactions', run: ofServer(transactions) },
  ]
}

async function reachable(server: () => Promise<Server>) {
  try {
    const { role } = await server()
    return ok(`as ${role}`)
  } catch (error) {
    return findingOf(error, 'Check DATABASE_URL, that Postgres runs, and its pg_hba.conf.')
  }
}

function version({ version, versionNumber }: Server) {
  if (versionNumber >= OLDEST_VERSION) return ok(`Postgres ${version}`)
  return fail(`Postgres ${version} is older than 14`, 'Upgrade Postgres, or name another server in DATABASE_URL.')
}

async function encoding(server: () => Promise<Server>) {
  const remedy = "Make a database with encoding 'UTF8' template template0, and name it in DATABASE_URL."
  try {
    const { encoding } = await server()
    return encoding === 'UTF8' ? ok(encoding) : fail(`it is ${encoding}, and must be UTF8`, remedy)
  } catch (error) {
    // A session of another encoding is not even opened.
    if (/has the encoding/.test(reasonOf(error))) return fail(reasonOf(error), remedy)
    return needing(
      () => Promise.reject(error),
      'database.reachable',
      () => ok(''),
    )()
  }
}

function writable({ standby, readOnly }: Server) {
  if (standby)
    return fail('the server is a standby', 'DATABASE_URL must name the primary, or all hosts of the cluster.')
  if (readOnly)
    return fail('transactions are read-only', 'Take default_transaction_read_only back for this role and database.')
  return ok('it can be written to')
}

async function rights({ role, superuser }: Server, port: DatabasePort) {
  const missing = await port.missingRights()
  const remedy = `As the owner: grant ledger_service to ${role}. sql/dba/roles.sql makes the roles.`
  if (missing.length > 0) return fail(`${role} lacks ${missing.join(', ')}`, remedy)
  return ok(superuser ? `${role} is a superuser: a role of ledger_service is enough` : `${role} has what serve needs`)
}

function judgeSchema({ kind, missing, unknown }: Awaited<ReturnType<DatabasePort['schema']>>) {
  const remedy = 'Run soapstone migrate with the login of the owner. serve does it too, where its login may.'
  switch (kind) {
    case 'current':
      return ok('up to date')
    case 'empty':
      return warn('there is no ledger in this database yet', remedy)
    case 'behind':
      return fail(`it lacks ${missing.join(', ')}`, remedy)
    case 'ahead':
      return warn(`a newer version has made ${unknown.join(', ')}`, 'Bring this installation up to that version.')
    case 'diverged':
      return fail(
        `it lacks ${missing.join(', ')} and has ${unknown.join(', ')}, which nobody here knows`,
        'Install the version that made this database.',
      )
    default:
      return kind satisfies never
  }
}

function clock({ aheadMs }: Server) {
  const seconds = Math.round(Math.abs(aheadMs) / 100) / 10
  const detail = `its clock is ${seconds} s ${aheadMs < 0 ? 'behind' : 'ahead of'} ours`
  const remedy = 'Let both machines keep their time by NTP (chrony, systemd-timesyncd).'
  if (Math.abs(aheadMs) >= CLOCK_FAIL_MS) return fail(detail, remedy)
  return Math.abs(aheadMs) >= CLOCK_WARN_MS ? warn(detail, remedy) : ok(detail)
}

function settings({ settings }: Server) {
  const wrong = SETTINGS.filter(({ name, fits }) => settings[name] !== undefined && !fits.test(settings[name]))
  if (wrong.length === 0) return ok(SETTINGS.map(({ name }) => `${name}=${settings[name] ?? '?'}`).join(', '))
  const detail = wrong.map(({ name, why }) => `${name} is ${settings[name]}: ${why}`).join('; ')
  const remedy = `Set ${wrong.map(({ name }) => name).join(', ')} to on in postgresql.conf.`
  return warn(detail, remedy)
}

function connections({ connections: { most, used } }: Server) {
  const left = Math.max(0, most - used)
  const detail = `${left} of ${most} are left; a process of serve takes ${CONNECTIONS}`
  const remedy = 'Raise max_connections (or the limit of the role or database), or put PgBouncer between.'
  if (left < CONNECTIONS) return fail(detail, remedy)
  return left < 2 * CONNECTIONS ? warn(detail, remedy) : ok(detail)
}

function bloat(tables: TableHealth[]) {
  const bloated = tables.filter(({ live, dead }) => dead > DEAD_ROWS && dead > 2 * live)
  const rows = tables.reduce((sum, { live }) => sum + live, 0)
  const mebibytes = Math.round(tables.reduce((sum, { bytes }) => sum + bytes, 0) / 1_048_576)
  if (bloated.length === 0) return ok(`${rows} rows, ${mebibytes} MiB, no table with many dead rows`)
  return warn(
    bloated.map(({ table, live, dead }) => `${table} has ${dead} dead rows and ${live} live ones`).join('; '),
    'Find out what keeps autovacuum from its work: database.oldest-snapshot, or its settings. Then vacuum the table.',
  )
}

function snapshots({ oldestSeconds, holder, seesAll }: Snapshots) {
  const partly = seesAll ? '' : ' (of our own sessions: to see others, grant pg_read_all_stats)'
  if (oldestSeconds < SNAPSHOT_SECONDS)
    return ok(`the oldest transaction has run for ${Math.round(oldestSeconds)} s${partly}`)
  return warn(
    `a transaction of ${holder} has been open for ${Math.round(oldestSeconds / 60)} min${partly}`,
    'End it (pg_terminate_backend), or set idle_in_transaction_session_timeout: while it is open nothing can be cleaned up.',
  )
}

function transactions({ transactionAge }: Server) {
  const millions = Math.round(transactionAge / 1_000_000)
  if (transactionAge < OLD_TRANSACTIONS) return ok(`the oldest transaction id is ${millions} million old`)
  return fail(
    `the oldest transaction id is ${millions} million old: Postgres stops at 2,100 million`,
    'Vacuum the database as a superuser, and end what keeps vacuum from freezing (database.oldest-snapshot).',
  )
}
