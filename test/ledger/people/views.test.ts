import t, { type Test } from 'tap'
import { type Bench, createBench, pass, sqlState } from '../../helpers/ledger.ts'
import { message, newOrderId, notification, ORGANIZATION } from '../../helpers/messages.ts'
import { fillOrders, fillOthers } from '../../helpers/wide-rows.ts'

const VIEWS = [
  ...[
    'alerts',
    'attempts',
    'brief',
    'dead_letters',
    'deliveries',
    'document_versions',
    'documents',
    'inbox',
    'latency',
  ],
  ...['organizations', 'overview', 'provisionings', 'sessions', 'subscriptions', 'tasks', 'throughput', 'tokens'],
  'undecodable_events',
]
const COLUMNS = `select attname::text as name from pg_attribute
  where attrelid = $1::text::regclass and attnum > 0 order by attnum`

t.test('ledger.overview has the columns that were promised', async (t) => {
  const { rows } = await createBench(t)
  const columns = (await rows(COLUMNS, ['ledger.overview'])).map(({ name }) => name)
  const promised =
    'organization_id, notification_id, source, record_type, record_id, order_number, state, step, priority, attempts, error_code, ' +
    'error_message, whmcs_order_id, received_at, next_attempt_at, finalized_at'
  t.same(
    promised.split(', ').filter((name) => !columns.includes(name)),
    [],
  )
  t.equal(columns[0], 'state', 'state first')
  t.equal(columns.at(-1), 'error_message', 'the long text last')
})

t.test('ledger has these views, and none of them reads a session', async (t) => {
  const { rows } = await createBench(t)
  const views = await rows(
    "select viewname::text, definition from pg_views where schemaname = 'ledger' order by viewname",
  )
  t.same(
    views.map(({ viewname }) => viewname),
    VIEWS,
  )
  // The sessions of people who have signed in are another thing.
  const others = views.filter(({ viewname }) => viewname !== 'sessions')
  for (const { viewname, definition } of others) t.notMatch(definition, /session/i, String(viewname))
})

t.test('ledger.overview has every notification, and inbox and dead_letters their part', async (t) => {
  const bench = await filled(t)
  t.same(await bench.rows('select state::text from ledger.overview order by overview.state'), [
    { state: 'pending' },
    { state: 'completed' },
    { state: 'dead' },
    { state: 'superseded' },
  ])
  t.match(await bench.rows('select * from ledger.inbox'), [{ state: 'pending', step: 'callback', attempts: 0 }])
  t.match(await bench.rows('select * from ledger.dead_letters'), [
    { error_code: 'UNKNOWN', replays: 0, provisioning: null },
  ])
})

t.test('ledger.attempts has every attempt with its record and how long it took', async (t) => {
  const bench = await filled(t)
  const attempts = await bench.rows(
    "select outcome, record_id is not null as named, took >= '0' as timed from ledger.attempts order by started_at, outcome",
  )
  t.same(attempts, [
    { outcome: 'completed', named: true, timed: true },
    { outcome: 'dead', named: true, timed: true },
  ])
})

t.test('ledger.throughput counts each notification where it came and where it ended', async (t) => {
  const bench = await filled(t)
  const sums =
    'select sum(received)::integer as r, sum(completed)::integer as c, sum(dead)::integer as d from ledger.throughput'
  t.same(await bench.rows(sums), [{ r: 4, c: 1, d: 1 }])
})

t.test('ledger_reader reads the views, and what the command line asks for, but no session', async (t) => {
  const bench = await filled(t)
  for (const view of VIEWS) t.equal(await as(bench, 'ledger_reader', `select * from ledger.${view}`), 'done', view)
  for (const table of ['notification', 'work', 'outcome', 'attempt', 'provisioning', 'snapshot', 'migration']) {
    t.equal(await as(bench, 'ledger_reader', `select * from ledger.${table}`), 'done', table)
    t.equal(await as(bench, 'ledger_reader', `delete from ledger.${table}`), '42501', table)
  }
  t.equal(await as(bench, 'ledger_reader', 'select source, has_session from ledger.message'), 'done')
  t.equal(await as(bench, 'ledger_reader', 'select * from ledger.message'), '42501')
  t.equal(await as(bench, 'ledger_reader', 'select session from ledger.message'), '42501')
  t.equal(await as(bench, 'ledger_reader', "update ledger.provisionings set state = 'refused'"), '42501')
  t.equal(await as(bench, 'ledger_reader', REPLAY), '42501')
})

t.test('ledger_operator replays, and changes no table by hand', async (t) => {
  const bench = await filled(t)
  t.equal(await as(bench, 'ledger_operator', 'select * from ledger.dead_letters'), 'done')
  for (const table of ['message', 'notification', 'work', 'outcome', 'attempt', 'provisioning', 'audit', 'pause']) {
    t.equal(await as(bench, 'ledger_operator', `delete from ledger.${table}`), '42501', table)
  }
  t.equal(await as(bench, 'ledger_operator', "update ledger.outcome set state = 'completed'"), '42501')
  t.equal(await as(bench, 'ledger_operator', REPLAY), 'done')
  t.match(await bench.rows('select * from ledger.audit'), [
    { act: 'replay', detail: { fromState: 'dead', toStep: 'callback' } },
  ])
})

t.test('ledger.replay names the login as the one who asked, whatever role it has put on', async (t) => {
  const bench = await filled(t)
  await as(bench, 'ledger_operator', REPLAY)
  t.equal(
    await bench.value("select actor = session_user and login = session_user and via = 'sql' from ledger.audit"),
    true,
  )
})

t.test('ledger.replay writes the login beside every other name: nobody is named in vain', async (t) => {
  const bench = await filled(t)
  const login = await bench.value('select session_user::text')
  const named: [string | null, string][] = [
    ['alice', 'alice'],
    [String(login), String(login)],
    [' ', String(login)],
    [null, String(login)],
  ]
  const replay = `select ledger.replay(organization_id, notification_id, 'mended', 'callback', $1) from ledger.dead_letters`
  for (const [given, actor] of named) {
    await bench.rows(replay, [given])
    const last = 'select actor, login from ledger.audit order by audit_id desc limit 1'
    t.same(await bench.rows(last), [{ actor, login }])
    await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
  }
})

const REPLAY = `select ledger.replay(organization_id, notification_id, 'mended') from ledger.dead_letters
  where organization_id = '${ORGANIZATION}'`

/** One pending, one completed, one dead, one superseded. */
async function filled(t: Test): Promise<Bench> {
  const bench = await createBench(t)
  const worker = bench.worker('w1')
  const recordId = newOrderId()
  await bench.recordEach([notification({ recordId }), notification({ recordId })])
  await pass(worker, 'callback', { kind: 'complete' })
  await bench.recordEach([notification()])
  await pass(worker, 'callback', { kind: 'bury' })
  await bench.record(message())
  return bench
}

/** What came of it: `done`, or the SQLSTATE. */
async function as(bench: Bench, role: string, sql: string): Promise<unknown> {
  const client = await bench.pool.connect()
  try {
    await client.query(`set role ${role}`)
    return await client.query(sql).then(() => 'done', sqlState)
  } finally {
    await client.query('reset role')
    client.release()
  }
}

/** What comes last of a view: long texts, and what is asked for less often. The rest fits a screen of 180 characters. */
const LAST: Record<string, string[]> = {
  overview: [
    ...['priority', 'source', 'record_type', 'next_attempt_at', 'finalized_at', 'superseded_by', 'lease_holder'],
    ...['lease_until', 'account_name', 'error_message'],
  ],
  inbox: ['error_message'],
  dead_letters: ['error_message'],
  attempts: ['worker', 'message'],
  provisionings: ['added_at', 'looked_at', 'service_ids', 'request'],
  tasks: ['organization_id', 'started_at', 'reason', 'request', 'errors'],
  tokens: ['revoked_at', 'revoked_by', 'successor_id'],
  sessions: ['user_agent'],
  deliveries: ['event_id', 'error', 'answer', 'data'],
  alerts: ['alert_id', 'message'],
  subscriptions: [
    ...['lost_at', 'position_at', 'sweep_since', 'deliveries_remaining', 'deliveries_max', 'lease_holder'],
    ...['lease_until', 'error_message'],
  ],
  undecodable_events: ['reason'],
}
/** About 180: that of an interval differs with how long something took. */
const SCREEN = 185

t.test('three rows of each view are narrow enough to be read at psql, long texts last', async (t) => {
  const bench = await createBench(t)
  await fillOrders(bench)
  await fillOthers(bench)
  for (const view of VIEWS) {
    const names = (await bench.rows(COLUMNS, [`ledger.${view}`])).map(({ name }) => String(name))
    const last = LAST[view] ?? []
    t.same(names.slice(names.length - last.length), last, `${view}: what is long comes last`)
    const rows = `(select * from ledger.${view} limit 3) as v`
    t.ok(Number(await bench.value(`select count(*) from ${rows}`)) > 0, `${view} has rows`)
    // As psql draws it: each column as wide as its widest value, and three characters between two.
    const widths = names
      .slice(0, names.length - last.length)
      .map((name) => `greatest(${name.length}, coalesce(max(length(v.${name}::text)), 0))`)
    const width = Number(await bench.value(`select ${widths.join(' + 3 + ')} from ${rows}`))
    t.ok(width <= SCREEN, `${view}: ${width} of ${SCREEN}`)
  }
})
