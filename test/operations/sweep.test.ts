import t from 'tap'
import { type SweepPort, sweepOrders } from '../../src/operations/sweep.ts'

const NOW = new Date('2026-11-25T12:00:00Z')
const order = (n: number) => ({ orderId: `801${n}`, changedAt: NOW, fields: { OrderNumber: `${n}` } })

function organization(unknown: ReturnType<typeof order>[], organizationId = 'acme') {
  const asked: unknown[] = []
  const port: SweepPort<ReturnType<typeof order>> = {
    organizationId,
    async find(since) {
      asked.push(since.toISOString())
      return { found: unknown.length + 1, unknown }
    },
    async record(orders) {
      asked.push(orders.length)
      return orders.length
    },
  }
  return { port, asked }
}

t.test('sweepOrders records what each organisation finds, and says what it was', async (t) => {
  const [one, two] = [organization([order(1), order(2)]), organization([order(3)], 'bolt')]
  const request = { since: '2h', how: 'record', now: NOW } as const
  t.match(await sweepOrders([one.port, two.port], request), {
    ...{ since: new Date('2026-11-25T10:00:00Z'), found: 5, unknown: 3, recorded: 3 },
    orders: [
      { organizationId: 'acme', orderId: '8011', orderNumber: '1' },
      { organizationId: 'acme', orderId: '8012' },
      { organizationId: 'bolt', orderId: '8013', changedAt: NOW },
    ],
  })
  t.same(one.asked, ['2026-11-25T10:00:00.000Z', 2])
})

t.test('sweepOrders records nothing when it only looks, and takes no time that is yet to come', async (t) => {
  const { port, asked } = organization([order(1)])
  t.match(await sweepOrders([port], { since: '2026-11-25', how: 'dry-run', now: NOW }), { unknown: 1, recorded: 0 })
  t.same(asked, ['2026-11-25T00:00:00.000Z'])
  for (const since of ['2026-11-26', 'yesterday', '7']) {
    await t.rejects(sweepOrders([port], { since, how: 'record', now: NOW }), { message: /^--since: / }, since)
  }
  t.equal(asked.length, 1)
})
