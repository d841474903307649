import t from 'tap'
import { PRIORITIES, type Priority } from '../../../src/domain/notification.ts'
import { createPriorities } from '../../../src/ledger/work/priorities.ts'
import { createBench, settleAll } from '../../helpers/ledger.ts'
import { message, newOrderId, notification } from '../../helpers/messages.ts'

const ADVANCE = { kind: 'advance', step: 'provision', whmcsClientId: '7' } as const

t.test('of ten claims seven begin with what is critical, two with what is normal, one with a batch', async (t) => {
  const next = createPriorities()
  const orders = Array.from({ length: 20 }, next)
  for (const [priority, times] of [
    ['critical', 14],
    ['normal', 4],
    ['batch', 2],
  ] as const) {
    t.equal(orders.filter(([first]) => first === priority).length, times, priority)
  }
  for (const order of orders) t.same(order.toSorted(), PRIORITIES.toSorted(), 'none is left out')
})

t.test('claim serves the classes in turn, and fills up with the others', async (t) => {
  const bench = await createBench(t)
  const of = async (priority: Priority, count: number) => {
    const notifications = Array.from({ length: count }, () => notification())
    await bench.record(message(notifications, { priority }))
    return new Map(notifications.map(({ notificationId }) => [notificationId, priority]))
  }
  const classes = new Map([...(await of('batch', 20)), ...(await of('normal', 20)), ...(await of('critical', 20))])
  const worker = bench.worker('w1')
  const claimed: (Priority | undefined)[][] = []
  for (let turn = 0; turn < 6; turn++) {
    const items = await worker.claim('callback', 2)
    claimed.push(items.map(({ notificationId }) => classes.get(notificationId)))
    await settleAll(worker, 'callback', items, ADVANCE)
  }
  t.same(claimed, [
    ['critical', 'critical'],
    ['critical', 'critical'],
    ['normal', 'normal'],
    ['critical', 'critical'],
    ['critical', 'critical'],
    ['batch', 'batch'],
  ])
  t.equal((await bench.worker('w2').claim('callback', 100)).length, 48, 'one claim takes of all of them')
})

t.test('a message without a priority is normal; what was critical stays so when a batch takes it over', async (t) => {
  const bench = await createBench(t)
  const recordId = newOrderId()
  await bench.record(message())
  await bench.record(message([notification({ recordId })], { priority: 'critical' }))
  await bench.record(message([notification({ recordId })], { priority: 'batch' }))
  t.same(await bench.rows("select priority from ledger.overview where state = 'pending' order by priority"), [
    { priority: 'critical' },
    { priority: 'normal' },
  ])
})
