import t, { type Test } from 'tap'
import { openPool, type Pool, transaction } from '../../../src/ledger/postgres/pool.ts'
import type { Statement } from '../../../src/ledger/postgres/query.ts'
import { openLine } from '../../chaos/proxy.ts'
import { createBench } from '../../helpers/ledger.ts'
import { numberSaidBy } from '../../helpers/left-behind.ts'
import { until } from '../../helpers/until.ts'

const ANSWER: Statement = { text: 'select 7 as seven', values: [], rowMode: 'array' }
const PATIENCE_MS = 50
/** Waits for a lock that a test holds. */
const STUCK: Statement = {
  ...ANSWER,
  text: 'select pg_advisory_xact_lock(1)',
  query_timeout: PATIENCE_MS,
}

function open(t: Test, url: string, name = 'given up'): Pool {
  const pool = openPool({ url, connections: 2, name, connectMs: 1_000, onError: () => {} })
  t.teardown(() => pool.end())
  return pool
}

t.test('a statement that was given up keeps its place until the server has answered', async (t) => {
  const { url, pool: admin, value } = await createBench(t)
  const holder = await admin.connect()
  await holder.query('select pg_advisory_lock(1)')
  const pool = open(t, url)
  const backends = () => value("select count(*)::integer from pg_stat_activity where application_name = 'given up'")
  const errors: string[] = []
  for (let i = 0; i < 20; i++) await pool.query(STUCK).catch((error: Error) => errors.push(error.message))
  t.same(
    new Set(errors),
    new Set([`timeout: no answer in ${PATIENCE_MS} ms`, 'given up: Postgres has not answered on any of 2 connections']),
  )
  t.equal(errors.filter((error) => error.startsWith('timeout')).length, 2, 'all others were refused at once')
  t.ok(Number(await backends()) <= 3, 'two, and perhaps the one that looks whether they are known still')

  await holder.query('select pg_advisory_unlock(1)')
  holder.release()
  await until(
    () =>
      pool.query(ANSWER).then(
        () => true,
        () => false,
      ),
    'a place',
  )
  await until(async () => Number(await backends()) <= 2, 'no more connections than places')
})

t.test('what waits for a place is refused as soon as all of them are given up', async (t) => {
  const { url, pool: admin } = await createBench(t)
  const holder = await admin.connect()
  await holder.query('select pg_advisory_lock(1)')
  const pool = open(t, url)
  const answers = await Promise.allSettled([pool.query(STUCK), pool.query(STUCK), pool.query(ANSWER)])
  t.match(answers[2], { status: 'rejected', reason: { message: /has not answered on any of 2 connections/ } })
  await holder.query('select pg_advisory_unlock(1)')
  holder.release()
})

t.test('answers that never come are found out by another connection, and their places are free again', async (t) => {
  const { url, value } = await createBench(t)
  const line = await openLine(() => Number(new URL(url).port))
  t.teardown(() => line.close())
  const pool = open(t, Object.assign(new URL(url), { port: String(line.port) }).href)
  await Promise.all([pool.query('select pg_sleep(0.05)'), pool.query('select 1')])
  t.equal(pool.open, 2)
  line.blackHole()
  for (let i = 0; i < 6; i++) await t.rejects(pool.query({ ...ANSWER, query_timeout: PATIENCE_MS }))
  t.equal(pool.open, 2)
  line.heal('half-open')
  await until(
    () =>
      pool.query(ANSWER).then(
        () => true,
        () => false,
      ),
    'an answer',
  )
  await until(
    async () => Number(await value("select count(*) from pg_stat_activity where application_name = 'given up'")) <= 2,
    'no more connections than places',
  )
})

t.test('a connection is used again after an error in the data, and not after any other', async (t) => {
  const { url } = await createBench(t)
  const pool = openPool({ url, connections: 1, name: 'test', onError: () => {} })
  t.teardown(() => pool.end())
  const pid = async () => (await pool.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid
  const first = await pid()
  await t.rejects(pool.query("select 'x'::integer"), { code: '22P02' })
  t.equal(await pid(), first)
  await t.rejects(pool.query('select from nowhere'), { code: '42P01' })
  t.not(await pid(), first)
})

t.test('a connection that breaks while nobody uses it is replaced', async (t) => {
  const { url, rows } = await createBench(t)
  const pool = open(t, url, 'broken')
  await pool.query(ANSWER)
  await rows("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'broken'")
  await until(() => pool.open === 0, 'its end')
  t.same((await pool.query(ANSWER)).rows, [[7]])
})

t.test('transaction keeps nothing of work that failed, and its place is free again', async (t) => {
  const { url, rows } = await createBench(t)
  await rows('create table public.kept (n integer)')
  const pool = openPool({ url, connections: 1, name: 'test', onError: () => {} })
  t.teardown(() => pool.end())
  const failed = transaction(pool, async (connection) => {
    await connection.query('insert into public.kept values (1)')
    throw new Error('no')
  })
  await t.rejects(failed, { message: 'no' })
  await transaction(pool, (connection) => connection.query('insert into public.kept values (2)'))
  t.same((await pool.query('select n from public.kept')).rows, [{ n: 2 }])
})

t.test('end waits for what is in use, and not for what was given up', async (t) => {
  const { url, pool: admin } = await createBench(t)
  const holder = await admin.connect()
  await holder.query('select pg_advisory_lock(1)')
  const pool = openPool({ url, connections: 2, name: 'test', onError: () => {} })
  await t.rejects(pool.query(STUCK))
  const inUse = pool.query('select pg_sleep(0.2), 7 as seven')
  const ended = pool.end()
  t.match(await inUse, { rows: [{ seven: 7 }] })
  await ended
  await t.rejects(pool.query(ANSWER), { message: /is closed/ })
  await holder.query('select pg_advisory_unlock(1)')
  holder.release()
})

t.test('what was asked does not stay in memory once it is answered', async (t) => {
  const { url } = await createBench(t)
  const bytes = await numberSaidBy(new URL('./left-behind.ts', import.meta.url), url)
  t.ok(bytes < 1_000, `${Math.round(bytes)} bytes of each`)
})
