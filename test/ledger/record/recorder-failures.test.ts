import t from 'tap'
import { openPool } from '../../../src/ledger/postgres/pool.ts'
import type { Runner } from '../../../src/ledger/postgres/query.ts'
import { createRecorder, LedgerUnavailable } from '../../../src/ledger/record/recorder.ts'
import { counting, createBench } from '../../helpers/ledger.ts'
import { message, notification } from '../../helpers/messages.ts'

const MANY = Array.from({ length: 100 }, (_, i) => i)

t.test('record fails only the message that Postgres refuses, not its neighbours', async (t) => {
  const { pool, value } = await createBench(t)
  const refused: unknown[] = []
  const recorder = createRecorder({ runner: pool, onRefused: (error) => refused.push(error) })
  const bad = [
    message([notification({ fields: { Name: 'a\0b' } })]),
    message([notification({ recordType: 'a\0b' }), notification()]),
    message([notification({ recordId: '801' })]),
    message([notification({ notificationId: 'x' })]),
  ]
  const good = () => recorder.record(message())
  const answers = await Promise.allSettled([good(), ...bad.map((one) => recorder.record(one)), good(), good()])
  t.same(
    answers.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected', 'rejected', 'rejected', 'fulfilled', 'fulfilled'],
  )
  for (const { reason } of answers.filter((answer) => answer.status === 'rejected'))
    t.notOk(reason instanceof LedgerUnavailable)
  t.equal(refused.length, 4)
  t.equal(await value('select count(*) from ledger.notification'), '3', 'and nothing of the refused ones')
})

t.test('record says LedgerUnavailable when the ledger is away', async (t) => {
  // Port 1 of this machine: nobody listens there.
  const pool = openPool({ url: 'postgres://127.0.0.1:1/none', connections: 1, name: 'test', onError: () => {} })
  t.teardown(() => pool.end())
  const recorder = createRecorder({ runner: pool })
  await t.rejects(recorder.record(message()), LedgerUnavailable)
  await t.rejects(recorder.record(message()), LedgerUnavailable, 'and again, not only at first')
})

t.test('record says LedgerUnavailable when its connection is cut while it waits', async (t) => {
  const { pool, rows } = await createBench(t)
  const one = notification()
  const blocker = await pool.connect()
  await blocker.query('begin')
  await blocker.query('lock table ledger.notification')
  const recorder = createRecorder({ runner: pool, deadlineMs: 60_000 })
  const answer = t.rejects(recorder.record(message([one])), LedgerUnavailable)
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`
  while ((await rows(cut)).length === 0) await new Promise(setImmediate)
  await answer
  await blocker.query('rollback')
  blocker.release()
  t.same(
    await recorder.record(message([one])),
    { recorded: 1, duplicates: 0, conflicting: 0 },
    'nothing of it had been stored',
  )
})

t.test(
  'record says LedgerUnavailable at the deadline when no answer comes, and forgets nothing that did',
  async (t) => {
    const silent: Runner = { query: () => new Promise(() => {}) }
    const recorder = createRecorder({ runner: silent, inFlight: 1, deadlineMs: 20 })
    const answers = await Promise.allSettled(MANY.map(() => recorder.record(message())))
    t.equal(answers.filter((a) => a.status === 'rejected' && a.reason instanceof LedgerUnavailable).length, 100)
  },
)

t.test('record never sends a message whose sender was told to try again', async (t) => {
  const { pool } = await createBench(t)
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const runner = counting(pool)
  const slow: Runner = { query: (config) => gate.then(() => runner.query(config)) }
  const recorder = createRecorder({ runner: slow, inFlight: 1, groupSize: 1, deadlineMs: 20 })
  await Promise.allSettled([recorder.record(message()), recorder.record(message())])
  open()
  await recorder.drain()
  t.equal(runner.names.length, 1, 'the first was on its way already')
  t.equal(recorder.waiting, 0)
})

t.test('record refuses at once when too many messages wait', async (t) => {
  const { pool } = await createBench(t)
  const recorder = createRecorder({ runner: pool, queueLimit: 2 })
  const answers = await Promise.allSettled([1, 2, 3].map(() => recorder.record(message())))
  t.same(
    answers.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected'],
  )
  t.match(answers[2], { reason: LedgerUnavailable })
  t.same(await recorder.record(message()), { recorded: 1, duplicates: 0, conflicting: 0 }, 'there is room again')
})

t.test('drain waits for what was handed in', async (t) => {
  const { pool, value } = await createBench(t)
  const recorder = createRecorder({ runner: pool, groupSize: 1 })
  const answers = MANY.slice(0, 5).map(() => recorder.record(message()))
  t.equal(recorder.waiting, 5)
  await recorder.drain()
  t.equal(await value('select count(*) from ledger.notification'), '5')
  await Promise.all(answers)
  await recorder.drain()
})

t.test('drain ends when all that waited was given up before it was sent', async (t) => {
  const silent: Runner = { query: () => new Promise(() => {}) }
  const recorder = createRecorder({ runner: silent, deadlineMs: 1 })
  const answer = t.rejects(recorder.record(message()), LedgerUnavailable)
  const drained = recorder.drain()
  // The event loop stands still past the deadline: its timer comes before the turn that would send.
  const until = Date.now() + 20
  while (Date.now() < until);
  await answer
  await drained
})
