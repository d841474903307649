import { readFileSync } from 'node:fs'
import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import { createIntents } from '../../../src/ledger/work/intents.ts'
import { createBench, pass } from '../../helpers/ledger.ts'
import { notification, ORGANIZATION, orderSnapshot, provisionRequest } from '../../helpers/messages.ts'
import { addWebhook, eventsOf } from '../../helpers/notices.ts'

const ALL = [
  ...['order.activating', 'order.provisioned', 'order.failed', 'notification.dead'],
  ...['stage.paused', 'stage.resumed'],
]
const ADVANCE = { kind: 'advance', step: 'provision', whmcsClientId: '7' } as const
const EMPTY_LINK = new Failure('CLIENT_LINK_MISSING', { record: 'Account 001', detail: 'is empty' })
const LIMIT = { seconds: 60, code: 'SALESFORCE_LIMIT', message: 'no more today' }

/** The `data` of the sample. */
function sample(type: string): object {
  return JSON.parse(readFileSync(new URL(`../../../fixtures/events/${type}.json`, import.meta.url), 'utf8')).data
}

t.test('settle and finish write no event while no webhook wants one', async (t) => {
  const bench = await createBench(t)
  await addWebhook(bench, ['stage.paused'])
  await bench.recordEach([notification(), notification()])
  await pass(bench.worker('w'), 'callback', ADVANCE)
  await pass(bench.worker('w'), 'provision', { kind: 'fail', failure: EMPTY_LINK })
  await pass(bench.worker('w'), 'write_back', { kind: 'bury' })
  t.same(await eventsOf(bench), [])
})

t.test(
  'an order that goes well is told when it is let pass and when it has ended, with what the sample has',
  async (t) => {
    const bench = await createBench(t)
    await addWebhook(bench, ALL)
    const worker = bench.worker('w')
    const one = notification()
    await bench.recordEach([one])
    const [item] = await worker.claim('callback', 1)
    if (item === undefined) throw new Error('one was due')
    await worker.saveSnapshots([{ item, snapshot: { ...orderSnapshot(item.recordId), orderNumber: '00000114' } }])
    await worker.release([item])
    await pass(worker, 'callback', ADVANCE)
    await createIntents(bench.pool).recordOrder(ORGANIZATION, provisionRequest(item.recordId), {
      whmcsOrderId: '501',
      adopted: false,
    })
    await pass(worker, 'provision', { kind: 'advance', step: 'write_back', whmcsOrderId: '501', serviceIds: {} })
    await pass(worker, 'write_back', { kind: 'complete', whmcsOrderId: '501' })
    const data = {
      organizationId: ORGANIZATION,
      orderId: item.recordId,
      orderNumber: '00000114',
      notificationId: one.notificationId,
    }
    t.same(await eventsOf(bench), [
      { type: 'order.activating', subject: item.recordId, data },
      { type: 'order.provisioned', subject: item.recordId, data: { ...data, whmcsOrderId: '501' } },
    ])
    t.same(Object.keys(sample('order.activating')).sort(), Object.keys(data).sort())
    t.same(Object.keys(sample('order.provisioned')).sort(), [...Object.keys(data), 'whmcsOrderId'].sort())
  },
)

t.test(
  'an order that is read again while it is provisioned is told once, and again when it was replayed',
  async (t) => {
    const bench = await createBench(t)
    await addWebhook(bench, ['order.activating', 'order.failed', 'notification.dead'])
    const worker = bench.worker('w')
    const one = notification()
    await bench.recordEach([one])
    await pass(worker, 'callback', ADVANCE)
    await pass(worker, 'provision', { kind: 'refresh' })
    await pass(worker, 'callback', ADVANCE)
    await pass(worker, 'provision', { kind: 'fail', failure: EMPTY_LINK })
    await pass(worker, 'write_back', { kind: 'bury' })
    await bench.rows(`select ledger.replay($1, $2, 'mended', 'callback')`, [ORGANIZATION, one.notificationId])
    await pass(worker, 'callback', ADVANCE)
    const events = await eventsOf(bench)
    t.same(
      events.map(({ type }) => type),
      ['order.activating', 'order.failed', 'notification.dead', 'order.activating'],
    )
    const failed = { code: 'CLIENT_LINK_MISSING', message: 'Account 001 is empty', step: 'provision' }
    t.match(events[1], { data: { ...failed, orderId: one.recordId, notificationId: one.notificationId } })
    const {
      orderNumber: _,
      whmcsOrderId: __,
      ...known
    } = { orderNumber: 0, whmcsOrderId: 0, ...sample('order.failed') }
    t.same(Object.keys(events[1]?.data ?? {}).sort(), Object.keys(known).sort())
    t.same(events[1]?.data, events[2]?.data)
    t.same(Object.keys(sample('notification.dead')), Object.keys(sample('order.failed')))
  },
)

t.test('an order that Salesforce says is provisioned already, and one that is ignored, are not told of', async (t) => {
  const bench = await createBench(t)
  await addWebhook(bench, ALL)
  await bench.recordEach([notification()])
  await pass(bench.worker('w'), 'callback', { kind: 'complete', whmcsOrderId: '501' })
  await bench.recordEach([notification()])
  await pass(bench.worker('w'), 'callback', { kind: 'ignore', code: 'NOT_ELIGIBLE', message: 'It is Draft.' })
  t.same(await eventsOf(bench), [])
})

t.test('an event is not written where the lease was lost', async (t) => {
  const bench = await createBench(t)
  await addWebhook(bench, ALL)
  await bench.recordEach([notification()])
  await bench.worker('w').claim('callback', 1)
  await bench.rows(`update ledger.work set lease_holder = 'another'`)
  await pass(bench.worker('w'), 'callback', ADVANCE)
  t.same(await eventsOf(bench), [])
})

t.test(
  'a step that stands still is told once, however often that is prolonged, and once when it works again',
  async (t) => {
    const bench = await createBench(t)
    await addWebhook(bench, ALL)
    const worker = bench.worker('w')
    await worker.pause('provision', LIMIT)
    await worker.pause('provision', { ...LIMIT, seconds: 90 })
    await bench.worker('w2').resume('provision')
    await worker.resume('provision')
    const events = await eventsOf(bench)
    t.match(events, [
      {
        type: 'stage.paused',
        subject: 'provision',
        data: { step: 'provision', code: LIMIT.code, message: LIMIT.message },
      },
      { type: 'stage.resumed', subject: 'provision', data: { step: 'provision', code: LIMIT.code } },
    ])
    t.equal(events.length, 2)
    for (const { type, data } of events) t.same(Object.keys(data ?? {}).sort(), Object.keys(sample(`${type}`)).sort())
    t.match(events[0]?.data, { until: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ })
  },
)

t.test('an event goes to the active webhooks that want its type and whose filter it fits', async (t) => {
  const bench = await createBench(t)
  const add = (webhook_id: string, types: string[], filter = {}) => addWebhook(bench, types, { webhook_id, filter })
  await add('all', ALL)
  await add('fits', ['stage.paused'], { step: 'provision', organizationId: ORGANIZATION })
  await add('other-step', ['stage.paused'], { step: 'callback' })
  await add('other-type', ['stage.resumed'])
  await add('disabled', ALL)
  await bench.rows(`update ledger.webhook set state = 'disabled' where webhook_id = 'disabled'`)
  await bench.worker('w').pause('provision', LIMIT)
  t.same(await bench.rows('select webhook_id, state, subject from ledger.delivery order by webhook_id'), [
    { webhook_id: 'all', state: 'waiting', subject: 'provision' },
    { webhook_id: 'fits', state: 'waiting', subject: 'provision' },
  ])
})
