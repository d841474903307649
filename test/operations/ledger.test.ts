/** The operations on a real ledger, as service puts them together. */
import t, { type Test } from 'tap'
import { createIntents } from '../../src/ledger/work/intents.ts'
import { readFilter } from '../../src/operations/filter.ts'
import { findNotification } from '../../src/operations/find.ts'
import { listNotifications } from '../../src/operations/list.ts'
import { replayNotification } from '../../src/operations/replay.ts'
import { readWhmcsOrder, resolveNotification } from '../../src/operations/resolve.ts'
import { openLedger } from '../../src/service/operations.ts'
import { createBench, pass } from '../helpers/ledger.ts'
import { notification, ORGANIZATION, provisionRequest } from '../helpers/messages.ts'

/** WHMCS has nothing against it. */
const AGREES = { contradictions: async () => [] }
const BY = { reason: 'seen in WHMCS', by: { name: 'anna', via: 'cli' } } as const

async function setUp(t: Test) {
  const bench = await createBench(t)
  const ledger = await openLedger(bench.url, 'test')
  t.teardown(ledger.close)
  /** A dead letter whose AddOrder had no clear answer. */
  async function unknownOrder() {
    const one = notification()
    await bench.recordEach([one])
    const request = provisionRequest(one.recordId ?? '')
    await createIntents(bench.pool).intend(ORGANIZATION, request, { priorOrderIds: [], sends: 0, looksNeeded: 2 })
    await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
    return { id: one.notificationId, orderId: request.orderId, organizationId: ORGANIZATION }
  }
  return { bench, ledger, unknownOrder }
}

t.test('findNotification takes an id as the ledger shows it, and of 15 characters', async (t) => {
  const { bench, ledger } = await setUp(t)
  const one = notification()
  await bench.recordEach([one])
  const find = (id: string) => findNotification(ledger, { id, organizationId: undefined })
  for (const id of [one.notificationId, one.recordId ?? '']) {
    for (const form of [id, id.slice(0, 15)]) {
      t.match(await find(form), { notification: { notificationId: one.notificationId } }, form)
    }
  }
  // Another door names its notifications by other rules: 18 characters, but not with Salesforce's checksum.
  const odd = `${one.notificationId.slice(0, 15)}zzz`
  await bench.rows('update ledger.notification set notification_id = $1', [odd])
  await bench.rows('update ledger.work set notification_id = $1', [odd])
  t.match(await find(odd), { notification: { notificationId: odd } })
  const unknown = { kind: 'unknown', message: `there is no notification or record ${one.notificationId}` }
  await t.rejects(find(one.notificationId), unknown)
  for (const id of ['', 'with blank', 'line\nbreak', 'nul\0', 'x'.repeat(300)])
    await t.rejects(find(id), { name: 'Refusal', kind: 'invalid' })
})

t.test('listNotifications gives those of a record alone, and those of a time', async (t) => {
  const { bench, ledger } = await setUp(t)
  const [first, second] = [notification(), notification()]
  await bench.recordEach([first, second])
  await bench.rows("update ledger.notification set received_at = '2026-01-02T03:04:05Z' where notification_id = $1", [
    first.notificationId,
  ])
  const list = async (asked: Parameters<typeof readFilter>[0]) =>
    (await listNotifications(ledger, readFilter(asked, new Date()), { limit: 50 })).items.map(
      (row) => row.notificationId,
    )
  t.same(await list({}), [second.notificationId, first.notificationId])
  t.same(await list({ record: first.recordId }), [first.notificationId])
  t.same(await list({ since: '2026-01-02T03:04:05Z', until: '2026-01-02T03:04:06Z' }), [first.notificationId])
  t.same(await list({ since: '2026-01-02T03:04:06Z' }), [second.notificationId])
  t.same(await list({ until: '2026-01-02T03:04:05Z' }), [])
})

t.test('replayNotification says who and why, in one line each, and refuses what is not final', async (t) => {
  const { bench, ledger, unknownOrder } = await setUp(t)
  const { id, organizationId } = await unknownOrder()
  const replay = () =>
    replayNotification(ledger, {
      id,
      organizationId,
      step: undefined,
      reason: 'a\nb',
      by: { name: 'an\x1bna', via: 'cli' },
    })
  t.match(await replay(), {
    goesOnAt: 'callback',
    notification: { state: 'pending' },
    acts: [{ fromState: 'dead', reason: 'a b', requestedBy: /^an na \(as \w+\)$/ }],
  })
  await t.rejects(replay(), { kind: 'conflict', message: /is pending, not final: nothing to replay/ })
  t.equal(await bench.value('select count(*)::integer from ledger.audit'), 1)
})

t.test('resolveNotification goes on while a worker has another order in hand', async (t) => {
  const { bench, ledger, unknownOrder } = await setUp(t)
  const named = await unknownOrder()
  await bench.recordEach([notification()])
  t.equal((await bench.worker('w2').claim('callback', 1)).length, 1, 'another order is in hand')
  const resolved = await resolveNotification(
    { ledger, whmcs: AGREES },
    { ...named, ...BY, finding: { whmcsOrderId: '501' } },
  )
  t.match(resolved, {
    goesOnAt: 'callback',
    notification: { state: 'pending', whmcsOrderId: '501' },
    provisioning: { state: 'added', adopted: true },
    acts: [{ reason: 'seen in WHMCS' }],
  })
})

t.test('resolveNotification changes nothing while a worker has the order itself in hand', async (t) => {
  const { bench, ledger, unknownOrder } = await setUp(t)
  const named = await unknownOrder()
  await bench.recordEach([notification({ recordId: named.orderId })])
  t.equal((await bench.worker('w2').claim('callback', 1)).length, 1, 'the order is in hand')
  const resolve = resolveNotification({ ledger, whmcs: AGREES }, { ...named, ...BY, finding: 'not-created' })
  await t.rejects(resolve, {
    kind: 'conflict',
    message: /has no AddOrder with an unknown outcome, or a worker is on it/,
  })
  t.equal(await bench.value('select state::text from ledger.provisioning'), 'sending')
  t.equal(await bench.value('select count(*)::integer from ledger.audit'), 0)
})

t.test('resolveNotification changes nothing when WHMCS contradicts', async (t) => {
  const { bench, ledger, unknownOrder } = await setUp(t)
  const named = await unknownOrder()
  const asked: unknown[] = []
  const whmcs = {
    async contradictions(question: object) {
      asked.push(question)
      return ['WHMCS order 501 belongs to client 7.']
    },
  }
  const finding = { whmcsOrderId: '501' }
  const refused = { kind: 'contradicted', message: 'nothing was changed. WHMCS order 501 belongs to client 7.' }
  await t.rejects(resolveNotification({ ledger, whmcs }, { ...named, ...BY, finding }), refused)
  t.same(asked, [{ organizationId: ORGANIZATION, orderId: named.orderId, finding }])
  t.equal(await bench.value('select state::text from ledger.provisioning'), 'sending')
  t.equal(await bench.value('select count(*)::integer from ledger.audit'), 0)
})

t.test('resolveNotification takes a wrong word back while the order waits, and keeps who and why', async (t) => {
  const { ledger, unknownOrder } = await setUp(t)
  const named = await unknownOrder()
  const resolve = (whmcsOrderId: string, reason: string) =>
    resolveNotification({ ledger, whmcs: AGREES }, { ...named, by: BY.by, reason, finding: { whmcsOrderId } })
  await resolve('501', 'seen')
  const corrected = await resolve('502', 'mistyped')
  t.match(corrected, { goesOnAt: 'callback', notification: { state: 'pending' }, provisioning: { state: 'added' } })
  t.match(await ledger.intents.read(ORGANIZATION, named.orderId), { whmcsOrderId: '502' })
  t.same(new Set(corrected.acts.map(({ reason }) => reason)), new Set(['seen', 'mistyped']))
})

t.test('readWhmcsOrder takes a number as WHMCS gives them', async (t) => {
  t.same(readWhmcsOrder('12'), { whmcsOrderId: '12' })
  for (const text of ['', '0', '-1', '1e3', '12a', ' 12', '012', '12345678901']) {
    t.throws(() => readWhmcsOrder(text), { name: 'Refusal', kind: 'invalid' }, JSON.stringify(text))
  }
})
