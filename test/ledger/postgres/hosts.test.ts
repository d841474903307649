import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openConnection } from '../../../src/ledger/postgres/connection.ts'
import { openListener } from '../../../src/ledger/postgres/due-notices.ts'
import { openPool } from '../../../src/ledger/postgres/pool.ts'
import { schemaState } from '../../../src/ledger/schema/migrate.ts'
import { prepareSchema } from '../../../src/ledger/schema/prepare.ts'
import { openPair } from '../../helpers/pair.ts'
import { until } from '../../helpers/until.ts'

const folder = fileURLToPath(new URL(`../../../.soapstone/hosts-${randomBytes(4).toString('hex')}`, import.meta.url))

t.test('whatever connects to several hosts follows the primary', async (t) => {
  const pair = await openPair({ folder, commits: 'does not wait' })
  t.teardown(() => pair.close())
  const { first, second } = pair
  // The standby comes first, and behind it a host where nobody listens.
  const url = `postgres://soapstone@127.0.0.1:${second.port},127.0.0.1:1,127.0.0.1:${first.port}/soapstone`
  const where = 'select inet_server_port() as port'

  t.not((await prepareSchema(url)).ran.length, 0, 'migrations')
  t.match(await schemaState(url), { kind: 'current' })
  const pool = openPool({ url, connections: 2, name: 'test', onError: () => {} })
  t.teardown(() => pool.end())
  t.same((await pool.query(where)).rows, [{ port: first.port }])

  const heard: unknown[] = []
  const listener = openListener({
    ...{ url, worker: 'far', reconnectMs: 10 },
    onDue: (due) => heard.push(due),
    onError: () => {},
  })
  t.teardown(() => listener.close())

  await first.kill()
  await t.rejects(pool.query(where))
  await second.promote()
  t.same(
    await until(
      () =>
        pool
          .query(where)
          .then(({ rows }) => rows)
          .catch(() => undefined),
      'the new primary',
    ),
    [{ port: second.port }],
  )
  const due = { organizationId: '00DSs000000SOAPMA4', step: 'callback' }
  await until(async () => {
    await pool.query(`select pg_notify('soapstone_due', $1)`, [JSON.stringify({ ...due, worker: 'near' })])
    return heard.length > 0
  }, 'the notice')
  t.same(heard[0], due)

  await first.follow(second)
  const { client } = await openConnection({ url, name: 'test', access: 'read', onError: () => {} })
  t.same((await client.query(where)).rows, [{ port: second.port }])
  await client.end()

  await second.kill()
  await t.rejects(openConnection({ url, name: 'test', access: 'read', onError: () => {} }), {
    message: /none of 3 hosts will do: .*ECONNREFUSED.*: the server is read-only, for it is a standby/,
  })
})
