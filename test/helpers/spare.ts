/**
 * Databases that tests use one after the other, in one file and in the next: to make one and drop it takes 70 ms of
 * processor time, to empty one 5.
 * A test that changed the schema gives its database up: the next one would not see what the migrations made.
 */
import pg from 'pg'

export interface Database {
  url: string
  /** What its catalogs were when it was made. */
  catalogs: string
}

/** Whoever changes a schema writes rows of these. By the key that has the object's id: those of Postgres itself are left out. */
const CATALOGS = {
  attribute: 'attrelid',
  constraint: 'oid',
  extension: 'oid',
  index: 'indexrelid',
  namespace: 'oid',
  proc: 'oid',
  rewrite: 'oid',
  trigger: 'oid',
  type: 'oid',
}
const FIRST_OBJECT = 16384

/** The same text as long as the schema and the list of migrations are the same. */
export async function readCatalogs(url: string): Promise<string> {
  return await connected(url, catalogsOf)
}

/** Removes all rows but those of the migrations. False when the schema is another: then it is of no use any more. */
export async function clearDatabase({ url, catalogs }: Database): Promise<boolean> {
  return await connected(url, async (client) => {
    // What a test forgot to close would hold locks.
    await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`)
    if ((await catalogsOf(client)) !== catalogs) return false
    await removeRows(client)
    return true
  })
}

const TABLES = `pg_class where relnamespace = 'ledger'::regnamespace and relkind = 'r' and relname <> 'migration'`

/** False when tables were analysed, or vacuumed: plans may be others then. */
export async function isAsNew({ url }: Database): Promise<boolean> {
  const counted = `select from ${TABLES} and (reltuples >= 0 or exists (select from pg_statistic where starelid = oid)) limit 1`
  return await connected(url, async (client) => (await client.query(counted)).rowCount === 0)
}

/** Up to this size rows are deleted: to truncate makes new files, of each index too, and takes 40 times as long. */
const DELETED_BYTES = 64 * 1024

async function removeRows(client: pg.Client): Promise<void> {
  const { rows: tables } = await client.query<{ name: string; truncated: boolean }>(
    // What counted the rows left a number in reltuples, which only a truncate takes away.
    `select oid::regclass::text as name, reltuples >= 0 or pg_relation_size(oid) > $1 as truncated from ${TABLES}
     and (reltuples >= 0 or pg_relation_size(oid) > 0)`,
    [DELETED_BYTES],
  )
  const statements = [
    // Without triggers: they keep some rows from being removed.
    'set session_replication_role = replica',
    ...tables.map(({ name, truncated }) => (truncated ? `truncate ${name}` : `delete from ${name}`)),
    `select setval(seqrelid, seqstart, false) from pg_sequence join pg_class on oid = seqrelid
     where relnamespace = 'ledger'::regnamespace and relname not like 'migration%'`,
  ]
  await client.query(statements.join(';'))
}

async function catalogsOf(client: pg.Client): Promise<string> {
  const counted = Object.entries(CATALOGS).map(
    ([name, key]) =>
      `(select count(*) || ' ' || max(xmin::text::bigint) from pg_${name} where ${key} >= ${FIRST_OBJECT})`,
  )
  const { rows } = await client.query<{ text: string }>(`select concat_ws(' ', ${counted},
    (select string_agg(concat(relname, relacl, reloptions), ' ' order by oid) from pg_class
      where relnamespace not in ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)),
    (select string_agg(setconfig::text, ' ') from pg_db_role_setting),
    (select string_agg(name || run_on, ' ' order by name) from ledger.migration)) as text`)
  return rows[0]?.text ?? ''
}

/** Works with a connection that is closed afterwards. */
export async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'soapstone test' })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
