import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { replay } from '../../../src/ledger/people/acts.ts'
import { beginRetire, createRetirement, retire } from '../../../src/ledger/upkeep/retirement.ts'
import { type Bench, createBench, pass, sqlState } from '../../helpers/ledger.ts'
import { deletedNotification, message, notification, ORGANIZATION } from '../../helpers/messages.ts'
import { addMany, age } from '../../helpers/old.ts'
import { until } from '../../helpers/until.ts'

const INVARIANTS = readFileSync(new URL('../../../sql/dba/invariants.sql', import.meta.url), 'utf8')
const WAITS =
  "select count(*) > 0 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
const REPLAY = { organizationId: ORGANIZATION, reason: 'the account was mended', by: { name: 'anna', via: 'cli' } }

/** Completed and old, each of an order of its own. */
async function setUp(t: Test, count: number) {
  const bench = await createBench(t)
  const notifications = Array.from({ length: count }, () => notification())
  await bench.record(message(notifications))
  await pass(bench.worker('w1'), 'callback', { kind: 'complete' })
  await age(bench.pool, 31)
  const ids = notifications.map(({ notificationId }) => notificationId)
  return { bench, ids, retirement: createRetirement({ pool: bench.pool, days: 30 }) }
}

/** What it answers, without waiting for anybody's lock. */
async function atOnce<T>(bench: Bench, t: Test, asked: Promise<T>): Promise<T> {
  let answered = false
  void asked.finally(() => {
    answered = true
  })
  await until(async () => answered || (await bench.value(WAITS)) === true, 'it answers or waits')
  t.ok(answered, 'it did not wait')
  return asked
}

t.test('retire passes by what is being replayed, and does not wait for it', async (t) => {
  const { bench, ids, retirement } = await setUp(t, 2)
  const [replayed = '', other] = ids
  const client = await bench.pool.connect()
  await client.query('begin')
  await replay(client, { ...REPLAY, notificationId: replayed })
  t.match(await atOnce(bench, t, retirement.retire(ORGANIZATION)), { counts: { notifications: 1, messages: 0 } })
  await client.query('commit')
  client.release()
  t.match(await bench.rows('select * from ledger.overview'), [{ notification_id: replayed, state: 'pending' }])
  t.equal(await bench.value('select count(*) from ledger.attempts where notification_id = $1', [other]), '0')
})

t.test('replay that comes while a batch is on its way hears that there is no such notification', async (t) => {
  const { bench, ids } = await setUp(t, 1)
  const batch = await begin(bench)
  const replaying = replay(bench.pool, { ...REPLAY, notificationId: ids[0] ?? '' }).catch(sqlState)
  await until(() => bench.value(WAITS).then((waits) => waits === true), 'the replay waits')
  await batch.commit()
  t.equal(await replaying, 'P0002')
  t.equal(await bench.value('select count(*) from ledger.audit'), '0')
})

t.test('retire and replay at the same time: each is replayed or gone, and nothing is half', async (t) => {
  const { bench, ids, retirement } = await setUp(t, 40)
  const [answers] = await Promise.all([
    Promise.all(ids.map((notificationId) => replay(bench.pool, { ...REPLAY, notificationId }).catch(sqlState))),
    retirement.retire(ORGANIZATION),
  ])
  await retirement.retire(ORGANIZATION)
  const stay = ids.filter((_, i) => answers[i] === 'callback')
  t.same(
    answers.filter((answer) => answer !== 'callback' && answer !== 'P0002'),
    [],
  )
  const rows = await bench.rows('select notification_id, state::text from ledger.overview order by 1')
  t.same(
    rows,
    stay.sort().map((notification_id) => ({ notification_id, state: 'pending' })),
  )
  t.equal(await bench.value('select count(*)::integer from ledger.audit'), stay.length)
  t.same(await bench.rows(INVARIANTS), [])
})

t.test('retire leaves a batch to the process that has one in hand: no message stays behind', async (t) => {
  const bench = await createBench(t)
  const retirement = createRetirement({ pool: bench.pool, days: 30 })
  await bench.record(message(Array.from({ length: 501 }, deletedNotification)))
  await age(bench.pool, 31)
  const batch = await begin(bench)
  t.equal(await atOnce(bench, t, retirement.retire(ORGANIZATION)), undefined)
  await batch.commit()
  t.match(await retirement.retire(ORGANIZATION), { counts: { notifications: 1, messages: 1 } })
  t.equal(await bench.value('select count(*) from ledger.message'), '0')
})

t.test('two retirers at once remove everything that is old, once', async (t) => {
  const bench = await createBench(t)
  await addMany(bench.pool, { notifications: 5_000, perMessage: 100, daysAgo: [100, 50] })
  const removed: number[] = []
  const episode = async () => {
    const retirement = createRetirement({ pool: bench.pool, days: 30 })
    for (let tries = 0; tries < 200; tries++) {
      const retired = await retirement.retire(ORGANIZATION)
      if (retired?.counts.notifications === 0) return
      removed.push(retired?.counts.notifications ?? 0)
    }
  }
  await Promise.all([episode(), episode()])
  const sum = removed.reduce((one, other) => one + other, 0)
  t.equal(sum + Number(await bench.value('select count(*) from ledger.notification')), 5_000)
  await episode()
  for (const table of ['notification', 'message', 'attempt', 'audit', 'snapshot']) {
    t.equal(await bench.value(`select count(*) from ledger.${table}`), '0', table)
  }
})

/** A batch that has removed what it will, and has not committed. */
async function begin(bench: Bench) {
  const client = await bench.pool.connect()
  await client.query('begin')
  t.match(await beginRetire(client, {}), [{ begun: true }])
  await retire(client, { organization_id: ORGANIZATION, kept_for: '30 days', since: undefined })
  return {
    async commit() {
      await client.query('commit')
      client.release()
    },
  }
}
