import t, { type Test } from 'tap'
import { type Condition, createAlerts } from '../../../src/ledger/notices/alerts.ts'
import { createTallyLedger } from '../../../src/ledger/notices/tallies.ts'
import { createBench, pass } from '../../helpers/ledger.ts'
import { notification, ORGANIZATION } from '../../helpers/messages.ts'
import { addWebhook, eventsOf } from '../../helpers/notices.ts'

const PAUSED: Condition = {
  ...{ organizationId: ORGANIZATION, kind: 'stage_paused', category: 'stages', subject: 'provision' },
  ...{ message: 'stage provision stands still', value: 3, threshold: 0, lingers: false },
}
const LATER = `update ledger.alert set seen_at = seen_at - interval '1 minute'`

async function build(t: Test) {
  const bench = await createBench(t)
  await addWebhook(bench, ['alert.raised', 'alert.resolved', 'security.refused'])
  const alerts = createAlerts({ pool: bench.pool, lookbackMs: 900_000, sizeWanted: true, soonMs: 86_400_000 })
  const evaluate = async (conditions: Condition[], telling: 'now' | 'later' = 'now') =>
    (await alerts.evaluate(() => conditions, telling))?.map(({ change, kind, subject }) =>
      [change, kind, subject].join(' '),
    )
  const told = async () => (await eventsOf(bench)).map(({ type }) => type)
  return { bench, alerts, evaluate, told }
}

t.test('an alert is raised once and resolved once, each with its event', async (t) => {
  const { bench, evaluate, told } = await build(t)
  t.same(await evaluate([PAUSED]), ['raised stage_paused provision'])
  t.same(await evaluate([{ ...PAUSED, value: 8 }]), [])
  t.same(await evaluate([]), [], 'not at once: it may come and go')
  await bench.rows(LATER)
  t.same(await evaluate([PAUSED]), [], 'it came back')
  await bench.rows(LATER)
  t.same(await evaluate([{ ...PAUSED, lingers: true }]), [])
  await bench.rows(LATER)
  t.same(await evaluate([]), ['resolved stage_paused provision'])
  t.same(await evaluate([]), [])
  t.same(await told(), ['alert.raised', 'alert.resolved'])
  const [raised, resolved] = (await eventsOf(bench)).map(({ data }) => ({ ...Object(data) }))
  const common = { kind: 'stage_paused', category: 'stages', organizationId: ORGANIZATION, subject: 'provision' }
  t.match(raised, { ...common, message: PAUSED.message, value: 3, threshold: 0, raisedAt: /Z$/ })
  t.match(resolved, { alertId: raised.alertId, value: 3, resolvedAt: /Z$/ })
  t.same(await bench.rows('select state, kind from ledger.alerts'), [{ state: 'resolved', kind: 'stage_paused' }])
})

t.test('one that lingers is raised by nobody', async (t) => {
  const { evaluate } = await build(t)
  t.same(await evaluate([{ ...PAUSED, lingers: true }]), [])
})

t.test('one alert for each organisation and each subject, and one where the same comes twice', async (t) => {
  const { evaluate } = await build(t)
  const token = { ...PAUSED, kind: 'certificate_expiry', subject: 'token x', organizationId: '' }
  t.same(await evaluate([PAUSED, { ...PAUSED, subject: 'callback' }, token, token]), [
    'raised certificate_expiry token x',
    'raised stage_paused callback',
    'raised stage_paused provision',
  ])
})

t.test('several processes raise it once', async (t) => {
  const { bench, evaluate, told } = await build(t)
  await Promise.all(Array.from({ length: 8 }, () => evaluate([PAUSED])))
  await evaluate([PAUSED])
  t.equal(await bench.value('select count(*)::integer from ledger.alert'), 1)
  t.same(await told(), ['alert.raised'])
})

t.test('in quiet hours nobody is told; at their end of what still holds', async (t) => {
  const { bench, evaluate, told } = await build(t)
  await evaluate([PAUSED, { ...PAUSED, subject: 'callback' }], 'later')
  await bench.rows(LATER)
  await evaluate([PAUSED], 'later')
  t.same(await told(), [])
  await evaluate([PAUSED])
  t.same(await told(), ['alert.raised'], 'what was over by then is not told of')
  await bench.rows(LATER)
  await evaluate([], 'later')
  t.same(await told(), ['alert.raised'])
  await evaluate([])
  t.same(await told(), ['alert.raised', 'alert.resolved'])
})

t.test('measures say what there is', async (t) => {
  const { bench, alerts } = await build(t)
  const worker = bench.worker('w')
  await bench.recordEach([notification(), notification(), notification()])
  await pass(worker, 'callback', { kind: 'advance', step: 'write_back', whmcsClientId: '7' })
  const [one, ...others] = await worker.claim('write_back', 3)
  await bench.rows(`update ledger.work set lease_until = null, lease_holder = null`)
  t.ok(one && others.length === 2)
  await pass(worker, 'write_back', { kind: 'complete', whmcsOrderId: '501' })
  await bench.rows(`update ledger.outcome set state = 'dead', error_code = 'X' where notification_id = $1`, [
    one?.notificationId,
  ])
  await bench.recordEach([notification()])
  await worker.pause('provision', { seconds: 60, code: 'WHMCS_UNREACHABLE', message: 'no answer' })
  const tallies = createTallyLedger(bench.pool)
  for (const _ of [1, 2]) {
    await tallies.add([
      { organizationId: '', kind: 'security', detail: 'wrong_key', count: 6 },
      { organizationId: '', kind: 'messages_refused', detail: 'malformed', count: 2 },
    ])
    await tallies.read([
      { organizationId: ORGANIZATION, kind: 'salesforce_budget', subject: '', value: 900, most: 15_000 },
      { organizationId: '', kind: 'certificate_expiry', subject: 'the certificate', value: Date.now() / 1_000 + 3_600 },
    ])
  }
  await bench.rows(`insert into ledger.token (token_id, name, scopes, secret_hash, created_by, expires_at)
    values ('0123456789ab', 'portal', '{read}', decode(repeat('00', 32), 'hex'), 'anna', now() + interval '1 hour')`)
  const found: Record<string, unknown> = {}
  await alerts.evaluate((measured) => {
    for (const { kind, subject, ...row } of measured) found[`${kind} ${subject}`.trim()] = row
    return []
  }, 'now')
  t.match(found, {
    failure_rate: { organization_id: ORGANIZATION, value: 1 / 3, amount: 3, words: '1 of 3' },
    'stage_paused provision': { words: 'WHMCS_UNREACHABLE: no answer' },
    oldest_waiting: { amount: 1 },
    dead_letters: { value: 1 },
    security_burst: { value: 12, words: 'wrong_key 12' },
    messages_refused: { value: 4, words: 'malformed 4' },
    salesforce_budget: { value: 900, amount: 15_000 },
    'certificate_expiry the certificate': { value: Number },
    'certificate_expiry token portal': { value: Number },
    ledger_full: { value: Number },
  })
  t.ok(Object.keys(found).length >= 10)
})

t.test('refusals are told where a webhook wants them', async (t) => {
  const { bench } = await build(t)
  const tallies = createTallyLedger(bench.pool)
  const refusal = { organizationId: '', kind: 'wrong_key', data: { kind: 'wrong_key', count: 2 } }
  await tallies.tell([refusal])
  await bench.rows(`update ledger.webhook set types = '{alert.raised}'`)
  await tallies.tell([refusal])
  t.same(await eventsOf(bench), [{ type: 'security.refused', subject: 'wrong_key', data: refusal.data }])
})
