import pg from 'pg'
import t from 'tap'
import { openConnection } from '../../../src/ledger/postgres/connection.ts'
import { openPool } from '../../../src/ledger/postgres/pool.ts'
import { LedgerUnfit } from '../../../src/ledger/postgres/unfit.ts'
import { migrate } from '../../../src/ledger/schema/migrate.ts'
import { createLook } from '../../helpers/look.ts'
import { createDatabase } from '../../helpers/postgres.ts'
import { createService } from '../../helpers/service.ts'
import { connected } from '../../helpers/spare.ts'

/** What a DBA may have reasons for, all at once. */
const HOSTILE: Record<string, string> = {
  datestyle: 'German',
  intervalstyle: 'iso_8601',
  timezone: 'Pacific/Chatham',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  client_encoding: 'LATIN1',
  search_path: 'shadow, pg_catalog',
  row_security: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  synchronous_commit: 'off',
  client_min_messages: 'error',
  lock_timeout: '1ms',
  statement_timeout: '1ms',
  idle_session_timeout: '1ms',
  // Shorter ones would end the look at the settings.
  transaction_timeout: '2s',
}

async function burden(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  await connected(url, async (client) => {
    await client.query('create schema shadow')
    // In front of Postgres's own.
    await client.query("create function shadow.now() returns timestamptz language sql as 'select null::timestamptz'")
    for (const [setting, value] of Object.entries(HOSTILE)) {
      const text = setting === 'search_path' ? value : `'${value}'`
      await client.query(`alter database ${name} set ${setting} = ${text}`)
    }
  })
}

t.test('a session has what our statements need, whatever the database is set to', async (t) => {
  const url = await createDatabase(t, { empty: true })
  await burden(url)
  const pool = openPool({ url, connections: 1, name: 'test', onError: (error) => t.fail(String(error)) })
  t.teardown(() => pool.end())
  const moment = new Date('2026-11-25T12:00:00.123Z')
  const { rows } = await pool.query(
    `select $1::timestamptz as moment, $2::text[] as texts, 0.1::float8 + 0.2::float8 as sum, '\\n' as backslash,
      $3::bytea as bytes, now() is not null as now, 'Łódź' as name, current_setting('synchronous_commit') as durable,
      current_setting('transaction_isolation') as isolation, current_setting('client_min_messages') as messages,
      current_setting('transaction_timeout') as timeout`,
    [moment, ['a', undefined, 'null'], Buffer.from([0, 255])],
  )
  t.same(rows, [
    {
      ...{
        moment,
        texts: ['a', null, 'null'],
        sum: 0.30000000000000004,
        backslash: '\\n',
        bytes: Buffer.from([0, 255]),
      },
      ...{ now: true, name: 'Łódź', durable: 'on', isolation: 'read committed', messages: 'warning', timeout: '0' },
    },
  ])
})

t.test('an order goes its whole way in a database that is set otherwise', async (t) => {
  const databaseUrl = await createDatabase(t, { empty: true })
  await burden(databaseUrl)
  const world = await createService(t, { DATABASE_URL: databaseUrl })
  const { salesforce, endpoint } = world
  const orderId = salesforce.addOrder()
  await salesforce.send({ endpoint, orderIds: [orderId] })
  const look = createLook(t, { ...world, databaseUrl })
  await look.once(t, orderId)
  t.match(await look.settled(1), [{ state: 'completed' }])
})

t.test('what the server does better by itself is left alone', async (t) => {
  const url = await createDatabase(t, { empty: true })
  await alter(url, 'synchronous_commit = remote_apply')
  const { client } = await openConnection({ url, name: 'test', access: 'write', onError: () => {} })
  t.teardown(() => client.end())
  t.same((await client.query('show synchronous_commit')).rows, [{ synchronous_commit: 'remote_apply' }])
})

t.test('a database that is not UTF8 is refused with a sentence', async (t) => {
  const other = await createDatabase(t, { empty: true })
  for (const encoding of ['LATIN1', 'SQL_ASCII']) {
    const name = `${new URL(other).pathname.slice(1)}_${encoding.toLowerCase()}`
    const locale = "locale 'C' template template0"
    await connected(other, (client) => client.query(`create database ${name} encoding '${encoding}' ${locale}`))
    t.teardown(() => connected(other, (client) => client.query(`drop database ${name} with (force)`)))
    const url = Object.assign(new URL(other), { pathname: `/${name}` }).href
    await t.rejects(migrate(url), { message: new RegExp(`the database ${name} has the encoding ${encoding}.*UTF8`) })
  }
})

t.test('a read-only server is refused for writing, and good enough for reading', async (t) => {
  const url = await createDatabase(t, { empty: true })
  await alter(url, 'default_transaction_read_only = on')
  const options = { url, name: 'test', onError: () => {} }
  await t.rejects(openConnection({ ...options, access: 'write' }), LedgerUnfit)
  const { client } = await openConnection({ ...options, access: 'read' })
  t.same((await client.query('select 1 as one')).rows, [{ one: 1 }])
  await client.end()
})

t.test('what can not be set from here is said', async (t) => {
  const url = await createDatabase(t, { empty: true })
  const name = new URL(url).pathname.slice(1)
  await alter(url, 'session_replication_role = replica')
  await connected(url, (client) => client.query(`create role plain_${name} login`))
  t.teardown(() => connected(url, (client) => client.query(`drop role plain_${name}`)))
  const plain = Object.assign(new URL(url), { username: `plain_${name}` }).href
  await t.rejects(openConnection({ url: plain, name: 'test', access: 'write', onError: () => {} }), {
    message: /session_replication_role is replica and must be origin/,
  })
  const { client } = await openConnection({ url, name: 'test', access: 'write', onError: () => {} })
  t.teardown(() => client.end())
  t.same((await client.query('show session_replication_role')).rows, [{ session_replication_role: 'origin' }])
})

async function alter(url: string, setting: string): Promise<void> {
  const name = pg.escapeIdentifier(new URL(url).pathname.slice(1))
  await connected(url, (client) => client.query(`alter database ${name} set ${setting}`))
}
