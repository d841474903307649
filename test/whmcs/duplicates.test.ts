import t from 'tap'
import { createDuplicates } from '../../src/whmcs/duplicates.ts'
import type { Found, SearchQuestion } from '../../src/whmcs/search.ts'
import { keepLog } from '../helpers/log.ts'

const order = (n: number) => ({ clientId: '7', orderId: `801${n}`, whmcsOrderId: String(1_000 + n) })
const raise = async () => {}
const { signal } = new AbortController()

t.test('look tells of orders of the last hour that WHMCS has twice, and of no others', async (t) => {
  const log = keepLog()
  let clock = 0
  const asked: string[] = []
  const raised: unknown[] = []
  const search = async ({ orderId }: SearchQuestion): Promise<Found> => {
    asked.push(orderId)
    const marked = orderId === '8012' ? ['1002', '1009'] : ['1001']
    return { all: marked, marked }
  }
  const duplicates = createDuplicates({ search, raise: async (one) => raised.push(one), now: () => clock, log })
  duplicates.made(order(0))
  clock = 3_600_001
  duplicates.made(order(1))
  duplicates.made(order(2))
  await duplicates.look(signal)
  t.same(asked, ['8011', '8012'])
  t.same(log.lines, ['error order.duplicated'])
  t.same(raised, [{ orderId: '8012', message: 'order 8012 is in WHMCS as 1002, 1009' }])
  t.match(log.facts[0], {
    code: 'WHMCS_ORDER_DUPLICATED',
    orderId: '8012',
    whmcsOrderIds: ['1002', '1009'],
    remedy: /./,
  })
})

t.test('look goes on when WHMCS does not answer for one of them, and ends when it is told to', async (t) => {
  const log = keepLog()
  const stopping = new AbortController()
  let asked = 0
  const search = async (): Promise<Found> => {
    asked += 1
    if (asked === 1) throw new Error('away')
    if (asked === 2) stopping.abort()
    return { all: [], marked: [] }
  }
  const duplicates = createDuplicates({ search, raise, now: () => 0, log })
  for (const n of [1, 2, 3]) duplicates.made(order(n))
  await Promise.all([duplicates.look(stopping.signal), duplicates.look(stopping.signal)])
  t.equal(asked, 2)
  t.same(log.lines, ['warn order.not_looked_for_twice'])
})
