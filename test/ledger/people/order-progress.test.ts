import t, { type Test } from 'tap'
import { statusOf } from '../../../src/domain/order-status.ts'
import { createOrderProgresses, orderProgress } from '../../../src/ledger/people/order-progress.ts'
import { createIntents } from '../../../src/ledger/work/intents.ts'
import { createBench, pass } from '../../helpers/ledger.ts'
import { newOrderId, notification, ORGANIZATION, orderSnapshot, provisionRequest } from '../../helpers/messages.ts'

async function build(t: Test) {
  const bench = await createBench(t)
  const progresses = createOrderProgresses(bench.pool, () => [ORGANIZATION])
  const read = async (orderId: string, depth: 'version' | 'whole' = 'whole') =>
    (await progresses.read([orderId], depth))[0]
  return { ...bench, read, worker: bench.worker('w') }
}

t.test('read follows an order from its arrival to its end, and its version changes each time', async (t) => {
  const { read, recordEach, worker, pool, accept } = await build(t)
  const orderId = newOrderId()
  const versions: (string | undefined)[] = []
  const step = async () => {
    const whole = await read(orderId)
    const { version } = (await read(orderId, 'version')) ?? {}
    t.equal(whole?.version, version, 'the version takes no details')
    versions.push(version)
    return whole && statusOf(whole)
  }
  t.equal(await step(), undefined)
  await recordEach([notification({ recordId: orderId })])
  t.match(await step(), { status: 'Activating', settled: false })
  const items = await worker.claim('callback', 1)
  await worker.saveSnapshots(
    items.map((item) => ({ item, snapshot: orderSnapshot(orderId, { orderNumber: '00000114' }) })),
  )
  await worker.settle(
    'callback',
    items.map((item) => ({
      item,
      settlement: {
        state: 'pending',
        step: 'provision',
        delayMs: 0,
        attempts: 0,
        whmcsClientId: '7',
        attempt: { outcome: 'advanced' },
      },
    })),
  )
  t.match(await step(), { status: 'Activating', orderNumber: '00000114' })
  const found = { whmcsOrderId: '4711', adopted: false }
  await createIntents(pool).recordOrder(ORGANIZATION, provisionRequest(orderId), found)
  await accept(orderId)
  await pass(worker, 'provision', { kind: 'advance', step: 'write_back' })
  t.match(await step(), { status: 'Provisioned', settled: false, whmcsOrderId: '4711' })
  await pass(worker, 'write_back', { kind: 'complete' })
  t.match(await step(), { status: 'Provisioned', settled: true })
  await recordEach([notification({ recordId: orderId })])
  t.match(await step(), { status: 'Provisioned' }, 'a message about an order that is done changes nothing')
  await pass(worker, 'callback', { kind: 'ignore', code: 'OWN_REPORT', message: '' })
  t.match(await step(), { status: 'Provisioned', settled: true })
  t.equal(new Set(versions).size, versions.length - 1, 'each is another, but for the last two: our own report is none')
  await createIntents(pool).recordCancelled(ORGANIZATION, orderId)
  const whole = await read(orderId)
  t.match(whole && statusOf(whole), { status: 'Failed', failure: { code: 'ORDER_CANCELLED' }, whmcsOrderId: '4711' })
})

t.test('read finds the last end, whatever was received before', async (t) => {
  const { read, recordEach, worker } = await build(t)
  const orderId = newOrderId()
  await recordEach([notification({ recordId: orderId })])
  await pass(worker, 'callback', { kind: 'bury' })
  t.match(await read(orderId), { ended: { state: 'dead' } })
  await recordEach([notification({ recordId: orderId })])
  await pass(worker, 'callback', { kind: 'ignore', code: 'NOT_ELIGIBLE', message: 'It is Draft.' })
  t.match(await read(orderId), { ended: { state: 'ignored', code: 'NOT_ELIGIBLE' } })
})

t.test('of an organisation that is not asked for nothing is read', async (t) => {
  const { recordEach, pool } = await build(t)
  const orderId = newOrderId()
  await recordEach([notification({ recordId: orderId })])
  t.same(await createOrderProgresses(pool, () => ['00D000000000009EAA']).read([orderId], 'whole'), [])
})

t.test('to know whether anything is new neither provisionings nor snapshots nor what arrived is read', async (t) => {
  const { pool, recordEach, worker, rows } = await build(t)
  const orderIds = Array.from({ length: 20 }, () => newOrderId())
  await recordEach(orderIds.map((recordId) => notification({ recordId })))
  await pass(worker, 'callback', { kind: 'complete' })
  const client = await pool.connect()
  t.teardown(() => client.release('destroy'))
  for (const off of ['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin']) await client.query(`set enable_${off} = off`)
  await client.query('set plan_cache_mode = force_generic_plan')
  const explain = async (details: boolean) => {
    const text = `explain (analyze, costs off, timing off, summary off) ${orderProgress.declared.text()}`
    const { rows: lines } = await client.query<{ 'QUERY PLAN': string }>(text, [[ORGANIZATION], orderIds, details])
    return lines.map((line) => line['QUERY PLAN'])
  }
  const nodes = (await explain(false)).filter((line) => /Scan/.test(line))
  t.ok(
    nodes.some((line) => /Index Scan (Backward )?using outcome_of_record/.test(line)),
    nodes.join('\n'),
  )
  for (const wide of ['provisioning', 'snapshot', 'notification', 'message']) {
    for (const line of nodes.filter((one) => new RegExp(` on ${wide}\\b`).test(one)))
      t.match(line, /never executed/, wide)
  }
  t.notOk((await explain(true)).some((line) => / on (provisioning|snapshot)\b.*never executed/.test(line)))
  t.equal((await rows('select from ledger.outcome')).length, 20)
})
