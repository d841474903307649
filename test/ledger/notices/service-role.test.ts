import t from 'tap'
import { createAlerts } from '../../../src/ledger/notices/alerts.ts'
import { createDeliveries } from '../../../src/ledger/notices/deliveries.ts'
import { createTallyLedger } from '../../../src/ledger/notices/tallies.ts'
import { createWebhooks } from '../../../src/ledger/notices/webhooks.ts'
import { openPool } from '../../../src/ledger/postgres/pool.ts'
import { createBench, createWorker, pass, sqlState } from '../../helpers/ledger.ts'
import { notification, ORGANIZATION } from '../../helpers/messages.ts'

const BY = { name: 'anna', via: 'cli' }
const NEW = { url: 'https://x', types: ['order.failed', 'stage.paused', 'alert.raised'], filter: {}, secret: 'whsec_x' }

t.test('ledger_service tells, delivers, evaluates and retires', async (t) => {
  const bench = await createBench(t)
  const pool = openPool({
    url: bench.url,
    connections: 3,
    name: 'service',
    settings: '-c role=ledger_service',
    onError: () => {},
  })
  t.teardown(() => pool.end())
  const webhooks = createWebhooks(pool)
  await webhooks.add({ ...NEW, id: 'whk_1', description: undefined, by: BY })
  await bench.recordEach([notification()])
  const worker = createWorker(pool, 'w')
  await worker.pause('provision', { seconds: 1, code: 'X', message: 'x' })
  await worker.resume('provision')
  await pass(worker, 'callback', { kind: 'advance', step: 'write_back', whmcsClientId: '7' })
  await pass(worker, 'write_back', { kind: 'bury' })
  const tallies = createTallyLedger(pool)
  await tallies.add([{ organizationId: '', kind: 'security', detail: 'wrong_key', count: 1 }])
  await tallies.read([{ organizationId: '', kind: 'no_worker', subject: '', value: 1 }])
  await tallies.tell([{ organizationId: '', kind: 'wrong_key', data: {} }])
  const condition = {
    organizationId: ORGANIZATION,
    kind: 'dead_letters',
    category: 'orders',
    subject: '',
    message: 'm',
  }
  const alerts = createAlerts({ pool, lookbackMs: 900_000, sizeWanted: true, soonMs: 1 })
  const judge = () => [{ ...condition, value: 1, threshold: 1, lingers: false }]
  t.match(await alerts.evaluate(judge, 'now'), [{ change: 'raised' }])
  const deliveries = createDeliveries({ runner: pool, worker: 'w', leaseMs: 60_000 })
  const claimed = await deliveries.claim(new Map(), { each: 10, most: 100 })
  t.same(
    claimed.map(({ type }) => type),
    ['stage.paused', 'order.failed', 'alert.raised'],
  )
  const settled = claimed.map(
    ({ organization_id: organizationId, webhook_id: webhookId, event_no: eventNo, lease_no: leaseNo }) => ({
      ...{
        delivery: { organizationId, webhookId, eventNo, leaseNo },
        state: 'delivered' as const,
        status: 204,
        gone: false,
      },
    }),
  )
  t.equal((await deliveries.settle(settled)).length, 3)
  t.ok(await deliveries.beginTest('whk_1'))
  t.equal(await webhooks.retire(30), 0)
  await webhooks.rotate({ id: 'whk_1', secret: 'whsec_y', overlapMs: 1_000, by: BY })
  await webhooks.change('whk_1', { state: 'disabled' }, BY)
  t.ok(await webhooks.remove('whk_1', BY))
})

t.test('ledger_service can not change what was told, and readers see no address and no secret', async (t) => {
  const bench = await createBench(t)
  const as = (role: string, sql: string) => {
    const pool = openPool({
      url: bench.url,
      connections: 1,
      name: role,
      settings: `-c role=${role}`,
      onError: () => {},
    })
    return pool
      .query(sql)
      .then(
        () => 'done',
        (error: unknown) => sqlState(error),
      )
      .finally(() => pool.end())
  }
  for (const sql of [
    'update ledger.event set data = $$null$$',
    'delete from ledger.event',
    'delete from ledger.delivery',
  ])
    t.equal(await as('ledger_service', sql), '42501', sql)
  for (const table of ['webhook', 'delivery', 'event'])
    t.equal(await as('ledger_reader', `select * from ledger.${table}`), '42501', table)
  for (const view of ['deliveries', 'alerts'])
    t.equal(await as('ledger_reader', `select * from ledger.${view}`), 'done', view)
})
