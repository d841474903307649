/** What admins ask and do, on a real ledger: the shapes that API, page and command line give. */
import t, { type Test } from 'tap'
import { Failure } from '../../src/domain/failure.ts'
import { listAudit, readAuditFilter } from '../../src/operations/audit.ts'
import { dismissNotification } from '../../src/operations/dismiss.ts'
import { readFailures } from '../../src/operations/failures.ts'
import { readFilter } from '../../src/operations/filter.ts'
import { listNotifications } from '../../src/operations/list.ts'
import { readLimit } from '../../src/operations/page.ts'
import { pauseStage, resumeStage, tryStage } from '../../src/operations/pause.ts'
import { changePriority } from '../../src/operations/priority.ts'
import { previewReplay, startReplay } from '../../src/operations/replays.ts'
import { showNotification } from '../../src/operations/show.ts'
import { readStatus } from '../../src/operations/status.ts'
import { cancelTask, listTasks, showTask } from '../../src/operations/tasks.ts'
import { readThroughput } from '../../src/operations/throughput.ts'
import { toWire } from '../../src/operations/wire.ts'
import { startHeartbeat } from '../../src/service/heartbeat.ts'
import { openLedger } from '../../src/service/operations.ts'
import { createBench, pass } from '../helpers/ledger.ts'
import { notification, ORGANIZATION } from '../helpers/messages.ts'
import { until } from '../helpers/until.ts'

const BY = { reason: 'mended', by: { name: 'ops', via: 'api', tokenId: 'a1' } } as const
const NOW = new Date()
const NOTIFICATION = [
  ...[
    'organizationId',
    'notificationId',
    'source',
    'recordType',
    'recordId',
    'orderNumber',
    'accountName',
    'state',
    'step',
    'priority',
  ],
  ...['attempts', 'errorCode', 'errorMessage', 'whmcsOrderId', 'receivedAt', 'nextAttemptAt', 'finalizedAt'],
]

async function setUp(t: Test, dead = 1) {
  const bench = await createBench(t)
  const ledger = await openLedger(bench.url, 'soapstone test')
  t.teardown(ledger.close)
  const notifications = Array.from({ length: dead }, () => notification())
  await bench.recordEach(notifications)
  const failure = new Failure('ORDER_EMPTY', { record: 'Order 1', detail: 'has no items' })
  await pass(bench.worker('w1'), 'callback', { kind: 'fail', failure })
  await pass(bench.worker('w1'), 'write_back', { kind: 'bury' })
  return { bench, ledger, notifications, ids: notifications.map(({ notificationId }) => notificationId) }
}

t.test('listNotifications gives pages, each with the cursor of the next', async (t) => {
  const { ledger, ids } = await setUp(t, 5)
  const filter = readFilter({ state: 'dead' }, NOW)
  const seen: string[] = []
  let after: string | undefined
  let pages = 0
  do {
    const page = await listNotifications(ledger, filter, { limit: 2, after })
    seen.push(...page.items.map(({ notificationId }) => notificationId))
    after = page.next
    pages += 1
  } while (after !== undefined)
  t.same([seen, pages], [ids.toReversed(), 3])
  for (const wrong of [
    'x',
    Buffer.from('[1]').toString('base64url'),
    Buffer.from('["1; drop", "x"]').toString('base64url'),
  ])
    await t.rejects(listNotifications(ledger, filter, { limit: 2, after: wrong }), {
      kind: 'invalid',
      message: /^after/,
    })
  t.same([readLimit(undefined), readLimit('1'), readLimit('200')], [50, 1, 200])
  for (const wrong of ['0', '201', '-1', '1.5', '', 'x'])
    t.throws(() => readLimit(wrong), { name: 'Refusal', kind: 'invalid' })
})

t.test('a notification has every field on the wire, and what is not there is null', async (t) => {
  const { ledger } = await setUp(t)
  const { items } = await listNotifications(ledger, readFilter({}, NOW), { limit: 1 })
  t.same(Object.keys(Object(toWire(items[0]))).sort(), NOTIFICATION.toSorted())
  t.match(toWire(items[0]), { orderNumber: null, accountName: null, nextAttemptAt: null, priority: 'normal' })
})

t.test('showNotification by its record means the dead letter, and names the others', async (t) => {
  const { bench, ledger, notifications } = await setUp(t)
  const [dead] = notifications
  const newer = notification({ recordId: dead?.recordId ?? '' })
  await bench.recordEach([newer])
  await pass(bench.worker('w1'), 'callback', { kind: 'ignore', code: 'NOT_ELIGIBLE', message: 'Draft' })
  const shown = await showNotification(ledger, { id: dead?.recordId ?? '', organizationId: undefined })
  t.match(shown, {
    notification: { notificationId: dead?.notificationId, state: 'dead' },
    remedy: /^Add items/,
    others: [{ notificationId: newer.notificationId, state: 'ignored' }],
  })
  t.equal(shown.others.length, 1)
  await dismissNotification(ledger, { id: dead?.recordId ?? '', organizationId: undefined, ...BY })
  const next = await showNotification(ledger, { id: dead?.recordId ?? '', organizationId: undefined })
  t.match(next.notification, { notificationId: newer.notificationId })
})

t.test('showNotification by its record means the newest of several dead letters', async (t) => {
  const { bench, ledger, notifications } = await setUp(t)
  const recordId = notifications[0]?.recordId ?? ''
  const newer = notification({ recordId })
  await bench.recordEach([newer])
  await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
  const shown = await showNotification(ledger, { id: recordId, organizationId: undefined })
  t.match(shown.notification, { notificationId: newer.notificationId, state: 'dead' })
})

t.test('readStatus tells of each stage, of dead letters, of workers, and of what stands still', async (t) => {
  const { bench, ledger } = await setUp(t, 2)
  await bench.recordEach([notification()])
  await pauseStage(ledger, { organizationId: ORGANIZATION, step: 'provision', now: NOW, ...BY })
  await bench.rows(
    "insert into ledger.reading (organization_id, kind, subject, value, most) values ($1, 'salesforce_budget', '', 900, 1000)",
    [ORGANIZATION],
  )
  const beating = startHeartbeat({
    ...{ runner: bench.pool, worker: 'w1', markers: () => ['readable', 'unknown'] },
    log: { info() {}, warn() {}, error() {} },
  })
  await until(async () => (await bench.value('select count(*) from ledger.worker')) === '1', 'the first beat')
  const status = await readStatus(ledger, { organizations: [{ id: ORGANIZATION, name: 'ours' }], warnings: ['w'] })
  t.match(toWire(status), {
    ready: true,
    organizations: [
      {
        organizationId: ORGANIZATION,
        name: 'ours',
        stages: [
          { step: 'callback', waiting: 1, working: 0, oldestSeconds: Number, paused: null },
          {
            step: 'provision',
            waiting: 0,
            paused: { code: 'PAUSED_BY_PERSON', message: 'mended', since: Date, until: null },
          },
          { step: 'write_back', waiting: 0, working: 0, oldestSeconds: 0, paused: null },
        ],
      },
    ],
    deadLetters: [{ code: 'ORDER_EMPTY', count: 2 }],
    workers: [{ worker: 'w1', version: String, startedAt: Date, seenAt: Date }],
    marker: 'unknown',
    salesforce: { remaining: 900, max: 1000 },
    warnings: ['w'],
  })
  await beating.stop()
  t.same((await ledger.standing()).workers, [], 'it has said that it ends')
})

t.test('a step is paused, tried and resumed by name, and refused where that makes no sense', async (t) => {
  const { bench, ledger } = await setUp(t)
  const at = { organizationId: ORGANIZATION, step: 'callback', ...BY }
  await t.rejects(tryStage(ledger, at), { kind: 'conflict', message: /does not stand still/ })
  await t.rejects(pauseStage(ledger, { ...at, step: 'lunch', now: NOW }), {
    kind: 'invalid',
    message: /none of callback/,
  })
  await t.rejects(pauseStage(ledger, { ...at, reason: ' ', now: NOW }), { name: 'Refusal', kind: 'invalid' })
  await t.rejects(pauseStage(ledger, { ...at, until: '1h', now: NOW }), { kind: 'invalid', message: /is over/ })
  await pauseStage(ledger, { ...at, until: '2999-01-01', now: NOW })
  t.match((await ledger.standing()).pauses, [
    { byPerson: true, until: new Date('2999-01-01T00:00:00Z'), worker: 'ops' },
  ])
  await resumeStage(ledger, at)
  await bench.worker('w1').pause('callback', { seconds: 600, code: 'X', message: 'x' })
  await tryStage(ledger, at)
  t.same((await ledger.standing()).pauses, [])
})

t.test('changePriority changes when an open one has its turn', async (t) => {
  const { bench, ledger, ids } = await setUp(t)
  const one = notification()
  await bench.recordEach([one])
  const asked = { id: one.notificationId, organizationId: undefined, by: BY.by }
  t.match(await changePriority(ledger, { ...asked, priority: 'critical' }), { notification: { priority: 'critical' } })
  await t.rejects(changePriority(ledger, { ...asked, priority: 'urgent' }), {
    kind: 'invalid',
    message: /none of critical/,
  })
  await t.rejects(changePriority(ledger, { ...asked, id: ids[0] ?? '', priority: 'batch' }), {
    name: 'Refusal',
    kind: 'conflict',
  })
})

t.test('a replay of many is previewed, begun, watched and cancelled', async (t) => {
  const { bench, ledger, ids } = await setUp(t, 3)
  const filter = readFilter({ code: 'ORDER_EMPTY' }, NOW)
  const preview = await previewReplay(ledger, filter)
  t.match(preview, { count: 3, sample: ids.toReversed().map((notificationId) => ({ notificationId })) })
  const { id } = await startReplay(ledger, { filter, ...BY })
  t.match(await showTask(ledger, id), {
    id,
    kind: 'replay',
    state: 'waiting',
    total: 3,
    requestedBy: 'ops',
    errors: [],
  })
  await ledger.workReplays(1)
  t.match(await cancelTask(ledger, { id, by: BY.by }), { state: 'cancelled', done: 1 })
  await t.rejects(cancelTask(ledger, { id, by: BY.by }), { name: 'Refusal', kind: 'conflict' })
  for (const unknown of ['999', 'x', ''])
    await t.rejects(showTask(ledger, unknown), { name: 'Refusal', kind: 'unknown' })
  const second = await startReplay(ledger, { filter, ...BY })
  const { items, next } = await listTasks(ledger, { limit: 1 })
  t.match(items, [{ id: second.id }])
  t.match(await listTasks(ledger, { limit: 1, after: next }), { items: [{ id }], next: undefined })
  t.equal(await bench.value("select count(*)::integer from ledger.overview where state = 'pending'"), 1)
})

t.test('readFailures groups dead letters by code, with what helps and the newest', async (t) => {
  const { ledger, ids } = await setUp(t, 2)
  t.match(await readFailures(ledger, undefined), [
    {
      code: 'ORDER_EMPTY',
      count: 2,
      meaning: /has no items/,
      remedy: /^Add items/,
      firstAt: Date,
      lastAt: Date,
      example: { notificationId: ids[1] },
    },
  ])
})

t.test('readThroughput gives every bucket of the time, also empty ones', async (t) => {
  const { ledger } = await setUp(t, 2)
  const hours = await readThroughput(ledger, { since: '3h' }, new Date())
  t.ok(hours.length === 4 || hours.length === 3)
  t.match(hours.at(-1), { received: 2, dead: 2, completed: 0 })
  t.match(hours[0], { received: 0, dead: 0 })
  t.equal((await readThroughput(ledger, { since: '2026-01-01', until: '2026-01-03', bucket: 'day' }, NOW)).length, 2)
  await t.rejects(readThroughput(ledger, { bucket: 'week' }, NOW), { name: 'Refusal', kind: 'invalid' })
  await t.rejects(readThroughput(ledger, { since: '30d', bucket: 'minute' }, NOW), {
    kind: 'invalid',
    message: /ask for less/,
  })
})

t.test('listAudit tells who did what, by each filter, in pages', async (t) => {
  const { ledger, notifications, ids } = await setUp(t, 2)
  for (const id of ids) await dismissNotification(ledger, { id, organizationId: undefined, ...BY })
  const asked = async (filter: Parameters<typeof readAuditFilter>[0], limit = 50, after?: string) =>
    listAudit(ledger, readAuditFilter(filter, NOW), { limit, after })
  const { items } = await asked({})
  t.match(items, [
    { act: 'dismiss', actor: 'ops', via: 'api', tokenId: 'a1', login: 'soapstone', notificationId: ids[1] },
    { notificationId: ids[0] },
  ])
  const first = await asked({}, 1)
  t.match((await asked({}, 1, first.next)).items, [{ notificationId: ids[0] }])
  t.equal((await asked({ actor: 'nobody' })).items.length, 0)
  t.equal((await asked({ act: 'dismiss', actor: 'ops' })).items.length, 2)
  t.match((await asked({ notification: ids[0] })).items, [{ notificationId: ids[0] }])
  t.match((await asked({ record: notifications[1]?.recordId?.slice(0, 15) })).items, [{ notificationId: ids[1] }])
  t.equal((await asked({ since: '2999-01-01' })).items.length, 0)
})
