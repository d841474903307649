import t from 'tap'
import { CODES } from '../../src/domain/codes.ts'
import { Failure } from '../../src/domain/failure.ts'
import { createIntents } from '../../src/ledger/work/intents.ts'
import { soapstone } from '../helpers/cli.ts'
import { createBench, pass } from '../helpers/ledger.ts'
import { message, notification, ORGANIZATION, provisionRequest, salesforceId } from '../helpers/messages.ts'
import { createDatabase } from '../helpers/postgres.ts'

/** All tests share one ledger, because every command is a process: the last ones change it. */
const bench = await createBench(t)
const dead = await make(1)
const failure = new Failure('ORDER_EMPTY', { record: `Order ${dead.recordId}`, detail: 'has no items' })
await pass(bench.worker('test'), 'callback', { kind: 'fail', failure })
await pass(bench.worker('test'), 'write_back', { kind: 'bury' })
const completed = await make(2)
await pass(bench.worker('test'), 'callback', { kind: 'complete', whmcsOrderId: '1001' })
const waiting = await make(3)

async function make(n: number) {
  const ids = { notificationId: salesforceId('04l', 900 + n), recordId: salesforceId('801', 900 + n) }
  await bench.record(message([notification({ ...ids, fields: { OrderNumber: '00000114' } })]))
  return ids
}

function run(...args: string[]) {
  return soapstone(args, { DATABASE_URL: bench.url })
}

function stateOf(id: string) {
  return bench.value("select state || ' ' || step from ledger.overview where notification_id = $1", [id])
}

t.test('migrate brings an empty database up to date, and then has nothing to do', async (t) => {
  const url = await createDatabase(t, { empty: true })
  const before = await soapstone(['status'], { DATABASE_URL: url })
  t.same({ code: before.code, out: before.out }, { code: 1, out: '' })
  t.equal(before.err, 'soapstone: there is no ledger in this database yet: run soapstone migrate\n')
  t.match(await soapstone(['migrate'], { DATABASE_URL: url }), { code: 0, out: /^ran 0001_ledger/, err: '' })
  t.match(await soapstone(['migrate'], { DATABASE_URL: url }), { code: 0, out: 'up to date\n', err: '' })
  t.match(await soapstone(['status'], { DATABASE_URL: url }), { code: 0, out: /^nothing open, no dead letters\n/ })
})

t.test('status shows what is open, what is dead and what stands still', async (t) => {
  await bench
    .worker('test')
    .pause('provision', { seconds: 300, code: 'WHMCS_ACCESS_REFUSED', message: 'Invalid IP 10.0.0.1' })
  const { code, out } = await run('status')
  t.equal(code, 0)
  t.match(out, /^dead +callback +1 /m)
  t.match(out, /^pending +callback +1 /m)
  t.match(out, /^last hour: 3 received, 1 completed, 0 ignored, 0 superseded, 1 dead$/m)
  t.match(out, /^provision stands still, WHMCS_ACCESS_REFUSED: Invalid IP 10\.0\.0\.1 \(looks again in \d+m \d+s\)$/m)
  const json = JSON.parse((await run('status', '--json')).out)
  t.match(json, {
    counts: [{ oldestSeconds: Number }, {}],
    lastHour: { received: 3 },
    pauses: [{ step: 'provision', secondsLeft: Number }],
    schema: { missing: [], unknown: [] },
    warnings: [],
  })
  const open = await soapstone(['status'], { DATABASE_URL: bench.url, HOST: '0.0.0.0' })
  t.match(open.out, /^warning: OUTBOUND_MESSAGE_KEY is unset, and the address is public/m)
})

t.test('list shows notifications, newest first, and filters them', async (t) => {
  const { out } = await run('list')
  t.match(out, /^STATE +STEP +TRIES +ORDER +RECORD +NOTIFICATION +WHMCS +RECEIVED +ERROR\n/)
  const [first, second, third] = [waiting, completed, dead].map(({ notificationId }) => out.indexOf(notificationId))
  t.ok(
    first !== undefined && second !== undefined && third !== undefined && 0 < first && first < second && second < third,
  )
  t.match(
    out,
    new RegExp(`^dead +callback +0 +- +${dead.recordId} +${dead.notificationId} +- +\\d{4}-.* ORDER_EMPTY$`, 'm'),
  )

  const listed = async (...args: string[]) => {
    const rows: { notificationId: string }[] = JSON.parse((await run('list', '--json', ...args)).out)
    return rows.map((row) => row.notificationId)
  }
  t.same(await listed('--limit', '1'), [waiting.notificationId])
  t.same(await listed('--state', 'dead', '--step', 'callback', '--code', 'ORDER_EMPTY'), [dead.notificationId])
  t.same(await listed('--record', completed.recordId.slice(0, 15)), [completed.notificationId])
  t.equal((await listed('--since', '1h', '--until', '2999-01-01')).length, 3)
  t.same(await listed('--until', '1h'), [])
  t.match(await run('list', '--code', 'NOPE'), { code: 0, out: 'none\n' })
})

t.test('list is in the order that is asked for, and says which orders there are', async (t) => {
  const ids = async (...args: string[]) =>
    JSON.parse((await run('list', '--json', ...args)).out).map((one: Record<string, unknown>) => one.notificationId)
  t.same(await ids('--sort', 'receivedAt'), (await ids()).toReversed())
  t.same(await ids('--sort=-receivedAt'), await ids())
  t.match(await run('list', '--sort', 'errorCode'), { code: 2, err: /Allowed choices are -receivedAt, receivedAt/ })
  t.match(await run('list', '--sort', 'nextAttemptAt'), { code: 2, err: /goes with state pending/ })
})

t.test('list and show keep to the organisation of the settings', async (t) => {
  const set = { DATABASE_URL: bench.url, SALESFORCE_ORG_ID: salesforceId('00D', 2) }
  t.match(await soapstone(['list'], set), { code: 0, out: 'none\n' })
  t.match(await soapstone(['show', waiting.recordId], set), { code: 1, out: '' })
  t.match((await soapstone(['show', waiting.recordId], { ...set, SALESFORCE_ORG_ID: ORGANIZATION })).code, 0)
})

t.test("show tells all of one notification, by its id or the record's, with what helps", async (t) => {
  const { code, out } = await run('show', dead.recordId.slice(0, 15))
  t.equal(code, 0)
  t.match(out, new RegExp(`^notification +${dead.notificationId}$`, 'm'))
  t.match(out, new RegExp(`^error +ORDER_EMPTY: Order ${dead.recordId} has no items$`, 'm'))
  t.match(out, /^remedy +Add items or give the user access/m)
  t.match(out, /^fields +\{"OrderNumber": ?"00000114"\}$/m)
  t.match(out, /^1 +callback +gave_up .*ORDER_EMPTY/m)
  t.match(out, /^2 +write_back +dead /m)
  const json = JSON.parse((await run('show', dead.notificationId, '--json')).out)
  t.match(json, {
    notification: {
      notificationId: dead.notificationId,
      state: 'dead',
      receivedAt: /^\d{4}-\d\d-\d\dT[\d:]+\.\d{3}Z$/,
    },
    attempts: [{ attemptNo: 1 }, {}],
    acts: [],
    message: { fields: { OrderNumber: '00000114' } },
    remedy: /^Add items/,
  })
})

t.test('show, replay and resolve say that there is no such thing', async (t) => {
  const unknown = salesforceId('801', 999_999)
  for (const args of [['show'], ['replay', '--reason', 'x'], ['resolve', '--not-created', '--reason', 'x']]) {
    const ended = await run(...args, unknown)
    t.same(
      ended,
      { code: 1, out: '', err: `soapstone: there is no notification or record ${unknown}\n` },
      args.join(' '),
    )
  }
})

t.test('replay refuses in one sentence what can not be done, and a reason that is none', async (t) => {
  const refused: [string[], RegExp][] = [
    [[waiting.notificationId, '--reason', 'x'], /notification \w+ is pending, not final: nothing to replay/],
    [
      [completed.notificationId, '--reason', 'x', '--step', 'write_back'],
      /was not accepted in WHMCS: nothing to report/,
    ],
  ]
  for (const reason of [' ', '\u001b', 'x'.repeat(1_001)]) {
    const { code, err } = await run('replay', dead.notificationId, '--reason', reason)
    t.equal(code, 2)
    t.match(err, /^soapstone: the reason (?:is empty|has 1001 characters)/)
  }
  for (const [args, text] of refused) {
    const { code, out, err } = await run('replay', ...args)
    t.same({ code, out }, { code: 1, out: '' })
    t.match(err, text)
    t.match(err, /^soapstone: .*\n$/, 'one line')
  }
})

t.test('replay puts a dead letter back to work, with who and why', async (t) => {
  const { notificationId, recordId } = dead
  const out = `${notificationId} goes on at callback\n`
  t.same(await run('replay', recordId, '--reason', 'items\n\u001b[31m added'), { code: 0, out, err: '' })
  t.equal(await stateOf(notificationId), 'pending callback')
  const [replayed] = await bench.rows('select reason, login, via from ledger.audit')
  t.match(replayed, { reason: 'items [31m added', login: 'soapstone', via: 'cli' })
  t.match((await run('show', notificationId)).out, /^replayed at .* by .* from dead: items \[31m added$/m)
})

t.test('replay goes on where it is told', async (t) => {
  const { notificationId, recordId } = completed
  const before = { priorOrderIds: [], sends: 0, looksNeeded: 2 }
  await createIntents(bench.pool).intend(ORGANIZATION, provisionRequest(recordId), before)
  const { out } = await run('replay', notificationId, '--reason', 'again', '--step', 'provision', '--json')
  t.match(JSON.parse(out), { goesOnAt: 'provision', notification: { notificationId, state: 'pending' }, acts: [{}] })
  t.equal(await stateOf(notificationId), 'pending provision')
})

t.test('replay of all that fit asks first, shows what it means, and says what it did', async (t) => {
  const bulk = await createBench(t)
  await bulk.record(message([notification(), notification(), notification()]))
  await pass(bulk.worker('test'), 'callback', { kind: 'bury' })
  const replay = (...args: string[]) => soapstone(['replay', ...args], { DATABASE_URL: bulk.url })
  const dead = () => bulk.value('select count(*)::integer from ledger.dead_letters')
  t.match(await replay('--reason', 'x'), { code: 2, err: /say which: an id, or a filter/ })
  t.match(await replay('x', '--code', 'UNKNOWN', '--reason', 'x'), { code: 2, err: /either an id or filters/ })
  t.match(await replay('--code', 'UNKNOWN', '--reason', 'x'), { code: 2, err: /3 would be replayed: say --yes/ })
  t.match(await replay('--code', 'UNKNOWN', '--reason', 'x', '--dry-run'), { code: 0, out: /^STATE .*(\n.+){3}\n$/ })
  t.match(JSON.parse((await replay('--code', 'UNKNOWN', '--reason', 'x', '--dry-run', '--json')).out), { count: 3 })
  t.equal(await dead(), 3)
  const done = await replay('--code', 'UNKNOWN', '--reason', 'mended', '--yes')
  t.match(done, { code: 0, out: /^task 1: 3 replayed, 0 skipped, 0 failed$/m, err: '' })
  t.equal(await dead(), 0)
  t.match(await replay('--code', 'UNKNOWN', '--reason', 'mended', '--yes'), { code: 0, out: 'none\n' })
  const acts = await bulk.rows('select act, via, reason from ledger.audit')
  t.same(
    acts,
    [1, 2, 3].map(() => ({ act: 'replay', via: 'cli', reason: 'mended' })),
  )
})

t.test('status says of each subscription how far it is, and what is wrong', async (t) => {
  const at = new Date('2026-11-25T10:00:00Z')
  await bench.rows(
    `insert into ledger.subscription (organization_id, topic, state, error_code, error_message, replay_id, position_at, recorded, own, undecodable,
       lease_holder, lease_until)
     values ($1, '/event/One__e', 'paused', 'EVENTS_LIMIT', 'enough for today', '\\x01', $2, 7, 2, 1, 'w1', now() + interval '1 hour'),
       ($1, '/event/Two__e', 'connecting', null, null, null, null, 0, 0, 0, 'w1', now() + interval '1 hour')`,
    [ORGANIZATION, at],
  )
  t.teardown(() => bench.rows('delete from ledger.subscription'))
  const { out } = await run('status')
  const first = '/event/One__e is paused: 7 recorded, 2 own, 1 not readable, position of 2026-11-25T10:00:00.000Z'
  t.ok(out.includes(`${first}\n  EVENTS_LIMIT: enough for today\n`), out)
  t.match(out, /\/event\/Two__e is connecting: 0 recorded, 0 own, 0 not readable, no position yet\n(?! )/)
})

t.test('status --json has the shape of the API', async (t) => {
  const status = JSON.parse((await run('status', '--json')).out)
  for (const name of ['ready', 'organizations', 'deadLetters', 'workers', 'marker', 'salesforce'])
    t.ok(name in status, name)
  t.match(status.organizations, [
    { organizationId: ORGANIZATION, name: String, stages: [{ step: 'callback' }, {}, {}] },
  ])
})

t.test('show says of an order that waits lawfully why it does, and that there is nothing to do', async (t) => {
  await pass(bench.worker('test'), 'callback', {
    kind: 'wait',
    seconds: 600,
    code: 'BUSY',
    message: CODES.BUSY.meaning,
  })
  const { out } = await run('show', waiting.notificationId)
  t.match(out, /^error +BUSY: Another worker has this order/m)
  t.match(out, /^remedy +There is nothing to do/m)
  t.match(out, /^1 +callback +waiting .*BUSY +Another worker has this order/m)
})
