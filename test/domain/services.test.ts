import t from 'tap'
import { assignServices, isMarkedForOthers, type Service } from '../../src/domain/services.ts'

const line = (orderItemId: string, pid: string, quantity = 1) => ({
  orderItemId,
  pid,
  quantity,
  billingCycle: 'monthly',
})
const of = (id: string, pid: string, more: Partial<Service> = {}): Service => ({ id, pid, status: 'Active', ...more })
const TWICE = [line('a', '185'), line('b', '185')]

t.test('assignServices finds the services of each line, and says what is lacking', async (t) => {
  const cases: [string, ReturnType<typeof line>[], Service[], Record<string, string>, Record<string, string>][] = [
    ['by product', [line('a', '1'), line('b', '2')], [of('8', '2'), of('7', '1')], { a: '7', b: '8' }, {}],
    ['a quantity as one service', [line('a', '1', 3)], [of('7', '1', { quantity: 3 })], { a: '7' }, {}],
    ['a quantity as several', [line('a', '1', 3)], [of('7', '1'), of('8', '1'), of('9', '1')], { a: '7,8,9' }, {}],
    [
      'several that say their quantity',
      [line('a', '1', 2)],
      [of('7', '1', { quantity: 1 }), of('8', '1', { quantity: 1 })],
      { a: '7,8' },
      {},
    ],
    ['a quantity that WHMCS does not tell', [line('a', '1', 3)], [of('7', '1')], { a: '7' }, {}],
    ['too few', [line('a', '1', 3)], [of('7', '1', { quantity: 2 })], { a: '7' }, { a: 'has 2 there instead of 3' }],
    ['none', [line('a', '1'), line('b', '2')], [of('7', '1')], { a: '7' }, { b: 'has no service there' }],
    ['lines of one product', TWICE, [of('7', '185'), of('8', '185')], {}, {}],
    [
      'lines of one product that share a service',
      TWICE,
      [of('7', '185')],
      {},
      { a: 'shares 1 services with 1 other lines', b: 'shares 1 services with 1 other lines' },
    ],
    [
      'lines of one product, told apart by markers',
      TWICE,
      [of('7', '185', { markedFor: 'o', orderItemId: 'b' }), of('8', '185', { markedFor: 'o', orderItemId: 'a' })],
      { a: '8', b: '7' },
      {},
    ],
    [
      "another line's service",
      TWICE,
      [of('7', '185', { markedFor: 'o', orderItemId: 'b' })],
      { b: '7' },
      { a: 'has no service there' },
    ],
    [
      "another order's service",
      [line('a', '1')],
      [of('7', '1', { markedFor: 'other' })],
      {},
      { a: 'has no service there' },
    ],
    ['a service of no line', [line('a', '1')], [of('7', '1'), of('8', '9')], { a: '7' }, {}],
  ]
  for (const [name, lines, services, serviceIds, reasons] of cases) {
    const assigned = assignServices({ lines }, services)
    t.same(assigned.serviceIds, serviceIds, name)
    const lacking = assigned.lacking.map(({ line: { orderItemId }, reason }) => [orderItemId, reason])
    t.same(Object.fromEntries(lacking), reasons, name)
  }
})

t.test('isMarkedForOthers knows its own order in both lengths', async (t) => {
  const own = '801Ss00000Ab1CdIAJ'
  t.equal(isMarkedForOthers([], own), false)
  t.equal(isMarkedForOthers(['801Ss00000Ab1Cd'], own), false)
  t.equal(isMarkedForOthers(['801Ss00000Zz9YyIAJ', own], own), false)
  t.equal(isMarkedForOthers(['801Ss00000Ab1cdIAB'], own), true)
})
