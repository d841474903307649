/**
 * Databases that the tests of one file use one after the other: to make one takes 40 to 200 ms, to empty one 10.
 * A test that changed the schema gives its database up: the next one would not see what the migrations made.
 */
import pg from 'pg'

export interface Database {
  url: string
  /** What its catalogs were when it was made. */
  catalogs: string
}

/** Whoever changes a schema writes rows of these. */
const CATALOGS = ['attribute', 'constraint', 'extension', 'index', 'namespace', 'proc', 'rewrite', 'trigger', 'type']

/** The same text as long as the schema and the list of migrations are the same. */
export async function readCatalogs(url: string): Promise<string> {
  return await connected(url, catalogsOf)
}

/** Removes all rows but those of the migrations. False when the schema is another: then it is of no use any more. */
export async function emptyDatabase({ url, catalogs }: Database): Promise<boolean> {
  return await connected(url, async (client) => {
    // What a test forgot to close would hold locks.
    await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`)
    if ((await catalogsOf(client)) !== catalogs) return false
    const { rows } = await client.query<{ statement: string }>(`
      select 'truncate ' || string_agg(oid::regclass::text, ', ') as statement from pg_class
      where relnamespace = 'ledger'::regnamespace and relkind = 'r' and relname <> 'migration'
      union all
      select 'alter sequence ' || oid::regclass || ' restart' from pg_class
      where relnamespace = 'ledger'::regnamespace and relkind = 'S' and relname not like 'migration%'`)
    await client.query(rows.map(({ statement }) => statement).join(';'))
    return true
  })
}

async function catalogsOf(client: pg.Client): Promise<string> {
  const counted = CATALOGS.map((name) => `(select count(*) || ' ' || max(xmin::text::bigint) from pg_${name})`)
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
