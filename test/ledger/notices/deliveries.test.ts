import t from 'tap'
import { createDeliveries, type SettledDelivery } from '../../../src/ledger/notices/deliveries.ts'
import { createWebhooks } from '../../../src/ledger/notices/webhooks.ts'
import { type Bench, createBench } from '../../helpers/ledger.ts'
import { ORGANIZATION } from '../../helpers/messages.ts'
import { addWebhook } from '../../helpers/notices.ts'

const LIMITS = { each: 10, most: 100 }
const NONE = new Map<string, number>()
const TYPE = 'order.provisioned'
const BY = { name: 'anna', via: 'cli' }

const deliverer = (bench: Bench, worker: string) => createDeliveries({ runner: bench.pool, worker, leaseMs: 60_000 })

/** An event of each of these subjects, in this order. */
async function tell(bench: Bench, subjects: string[], type = TYPE) {
  for (const subject of subjects)
    await bench.rows(`insert into ledger.event (organization_id, type, subject, data) values ($1, $2, $3, $4)`, [
      ORGANIZATION,
      type,
      subject,
      { orderId: subject },
    ])
}

type Leased = Awaited<ReturnType<ReturnType<typeof deliverer>['claim']>>[number]

function settled(row: Leased, given: Partial<SettledDelivery> = {}): SettledDelivery {
  const { organization_id: organizationId, webhook_id: webhookId, event_no: eventNo, lease_no: leaseNo } = row
  return {
    delivery: { organizationId, webhookId, eventNo, leaseNo },
    state: 'delivered',
    status: 200,
    gone: false,
    ...given,
  }
}

const later = { state: 'waiting', delayMs: 3_600_000, status: 500, error: 'answered 500' } as const

t.test('claim leases what is due to one worker, with the event, the address and the secrets that sign', async (t) => {
  const bench = await createBench(t)
  await addWebhook(bench, [TYPE])
  await tell(bench, ['a', 'b'])
  const [one] = await deliverer(bench, 'w1').claim(NONE, { each: 1, most: 100 })
  t.match(one, {
    url: 'https://hooks.example.com/in',
    attempts: 0,
    type: TYPE,
    data: { orderId: 'a' },
    event_id: /^evt_[0-9a-f]{32}$/,
  })
  t.match(one?.secrets, [/^whsec_/])
  t.match(await deliverer(bench, 'w2').claim(NONE, LIMITS), [{ data: { orderId: 'b' } }])
  t.same(await deliverer(bench, 'w1').claim(NONE, LIMITS), [])
})

t.test('claim leases one delivery of a subject at a time, in the order of the events', async (t) => {
  const bench = await createBench(t)
  await addWebhook(bench, [TYPE])
  await tell(bench, ['a', 'b', 'a', 'a'])
  const w1 = deliverer(bench, 'w1')
  const first = await w1.claim(NONE, LIMITS)
  t.match(first, [{ data: { orderId: 'a' } }, { data: { orderId: 'b' } }])
  await w1.settle(first.map((row) => settled(row, later)))
  t.same(await w1.claim(NONE, LIMITS), [], 'the first of a has not arrived yet')
  await bench.rows('update ledger.delivery set due_at = now() - $1::interval', ['1 second'])
  await bench.rows('update ledger.webhook set retry_at = null, failing_since = null')
  const again = await w1.claim(NONE, LIMITS)
  t.same(
    again.map(({ event_id }) => event_id),
    first.map(({ event_id }) => event_id),
    'with the same id',
  )
  t.match(again, [{ attempts: 1 }, { attempts: 1 }])
  await w1.settle(again.map((row) => settled(row)))
  t.equal((await w1.claim(NONE, LIMITS)).length, 1, 'then the second of a')
})

t.test('claim gives each webhook its own places, and their share of all where there are many', async (t) => {
  const bench = await createBench(t)
  for (const webhook_id of ['slow', 'fast']) await addWebhook(bench, [TYPE], { webhook_id })
  await tell(bench, ['a', 'b', 'c', 'd'])
  const w = deliverer(bench, 'w')
  const count = (rows: Leased[], id: string) => rows.filter(({ webhook_id }) => webhook_id === id).length
  const rows = await w.claim(new Map([['slow', 2]]), { each: 3, most: 100 })
  t.same([count(rows, 'slow'), count(rows, 'fast')], [1, 3])
  t.equal(count(await w.claim(new Map([['slow', 3]]), { each: 3, most: 2 }), 'fast'), 1)
})

t.test(
  'claim takes over from a worker whose lease ran out, and what that one says later counts for nothing',
  async (t) => {
    const bench = await createBench(t)
    await addWebhook(bench, [TYPE])
    await tell(bench, ['a'])
    const [lost] = await deliverer(bench, 'w1').claim(NONE, LIMITS)
    if (lost === undefined) throw new Error('one was due')
    const key = { organizationId: lost.organization_id, webhookId: lost.webhook_id, eventNo: lost.event_no }
    const { redeliver } = createWebhooks(bench.pool)
    t.notOk(await redeliver(key), 'it is on its way')
    await bench.rows(`update ledger.delivery set lease_until = now() - interval '1 second'`)
    t.ok(await redeliver(key), 'whoever had it is gone')
    const [taken] = await deliverer(bench, 'w2').claim(NONE, LIMITS)
    t.match(taken, { event_id: lost.event_id, lease_no: 2 })
    t.same(await deliverer(bench, 'w1').settle([settled(lost)]), [])
    t.equal(await bench.value('select state from ledger.delivery'), 'waiting')
  },
)

t.test('settle keeps what was answered', async (t) => {
  const bench = await createBench(t)
  await addWebhook(bench, [TYPE])
  await tell(bench, ['a'])
  const [row] = await deliverer(bench, 'w1').claim(NONE, LIMITS)
  if (row === undefined) throw new Error('one was due')
  await deliverer(bench, 'w1').settle([settled(row, { answer: 'thanks' })])
  t.equal(await bench.value('select answer from ledger.delivery'), 'thanks')
})

t.test('several deliverers at once claim each delivery once', async (t) => {
  const bench = await createBench(t)
  await addWebhook(bench, [TYPE])
  await tell(
    bench,
    Array.from({ length: 40 }, (_, i) => `${i}`),
  )
  const claims = Array.from({ length: 8 }, (_, i) => deliverer(bench, `w${i}`).claim(NONE, LIMITS))
  const events = (await Promise.all(claims)).flat().map(({ event_no }) => event_no)
  t.equal(new Set(events).size, events.length)
  t.ok(events.length >= 40 - 30, 'they share them')
})

t.test('a process that does not work claims only the types that it is asked for', async (t) => {
  const bench = await createBench(t)
  await addWebhook(bench, [TYPE, 'alert.raised'])
  await tell(bench, ['a', 'b'])
  await tell(bench, ['c'], 'alert.raised')
  t.match(await deliverer(bench, 'w').claim(NONE, { ...LIMITS, types: ['alert.raised'] }), [{ type: 'alert.raised' }])
})

t.test('a webhook at which nothing arrives gets one delivery at a time, until something arrives', async (t) => {
  const bench = await createBench(t)
  await addWebhook(bench, [TYPE])
  await tell(bench, ['a', 'b', 'c', 'd'])
  const w = deliverer(bench, 'w')
  const [first] = await w.claim(NONE, { each: 1, most: 100 })
  if (first === undefined) throw new Error('one was due')
  await w.settle([settled(first, later)])
  t.same(await w.claim(NONE, LIMITS), [], 'not at once')
  await bench.rows(`update ledger.webhook set retry_at = now()`)
  const [probe, ...others] = await w.claim(NONE, LIMITS)
  if (probe === undefined) throw new Error('one was due')
  t.same(others, [])
  await w.settle([settled(probe)])
  t.equal(await bench.value('select failing_since from ledger.webhook'), null)
  t.equal((await w.claim(NONE, LIMITS)).length, 2)
})

t.test('a webhook is disabled when its address is gone, and when nothing has arrived for days', async (t) => {
  for (const how of ['gone', 'days'] as const) {
    const bench = await createBench(t)
    await addWebhook(bench, [TYPE])
    await tell(bench, ['a', 'b'])
    const w = deliverer(bench, 'w')
    const [row] = await w.claim(NONE, { each: 1, most: 100 })
    if (row === undefined) throw new Error('one was due')
    if (how === 'days') await bench.rows(`update ledger.webhook set failing_since = now() - interval '121 hours'`)
    const [answer] = await w.settle([
      settled(row, how === 'gone' ? { state: 'failed', status: 410, error: 'answered 410', gone: true } : later),
    ])
    t.match(answer, {
      webhook_state: 'disabled',
      disabled_reason: how === 'gone' ? /410/ : /nothing arrived since .*answered 500/,
    })
    t.same(await w.claim(NONE, LIMITS), [], 'and told no more')
    await createWebhooks(bench.pool).change('whk_test', { state: 'active' }, BY)
    t.equal((await w.claim(NONE, LIMITS)).length, 1, 'until somebody makes it active again')
  }
})

t.test('a secret that was rotated signs beside the new one, for the time of the overlap', async (t) => {
  const bench = await createBench(t)
  await addWebhook(bench, [TYPE])
  const webhooks = createWebhooks(bench.pool)
  const secrets = async () => {
    await tell(bench, ['a'])
    const w = deliverer(bench, 'w')
    const [row] = await w.claim(NONE, LIMITS)
    if (row === undefined) throw new Error('one was due')
    await w.settle([settled(row)])
    return row.secrets.map((secret) => secret.slice(0, 11))
  }
  await webhooks.rotate({ id: 'whk_test', secret: 'whsec_second', overlapMs: 3_600_000, by: BY })
  await webhooks.rotate({ id: 'whk_test', secret: 'whsec_third', overlapMs: 7_200_000, by: BY })
  t.same(await secrets(), ['whsec_third', 'whsec_secon', 'whsec_c2VjcmV'.slice(0, 11)])
  const inAnHour = `update ledger.webhook set secrets = (select jsonb_agg(case when s ? 'until'
    then jsonb_set(s, '{until}', to_jsonb((s ->> 'until')::timestamptz - interval '61 minutes')) else s end)
    from jsonb_array_elements(secrets) s)`
  await bench.rows(inAnHour)
  t.same(await secrets(), ['whsec_third', 'whsec_secon'], 'the first keeps its own time')
  await bench.rows(inAnHour)
  t.same(await secrets(), ['whsec_third'])
})

t.test('retire removes what was delivered and failed long ago, and not what still waits', async (t) => {
  const bench = await createBench(t)
  await addWebhook(bench, [TYPE])
  await tell(bench, ['a', 'b', 'c'])
  const w = deliverer(bench, 'w')
  const rows = await w.claim(NONE, { each: 2, most: 100 })
  await w.settle(rows.map((row, i) => settled(row, i === 0 ? {} : { state: 'failed', error: 'answered 500' })))
  const webhooks = createWebhooks(bench.pool)
  t.equal(await webhooks.retire(30), 0, 'not yet')
  await bench.rows(`update ledger.delivery set created_at = now() - interval '31 days'`)
  await bench.rows(`update ledger.event set happened_at = now() - interval '31 days'`)
  t.equal(await webhooks.retire(30), 4)
  t.same(await bench.rows('select subject, state from ledger.deliveries'), [{ subject: 'c', state: 'waiting' }])
  await webhooks.remove('whk_test', BY)
  await webhooks.retire(30)
  t.same(await bench.rows('select * from ledger.event'), [], 'unless nobody waits for it any more')
})
