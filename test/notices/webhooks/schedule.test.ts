import t from 'tap'
import { nextDelay } from '../../../src/notices/webhooks/schedule.ts'

const SECOND = 1_000
const HOUR = 3_600 * SECOND

t.test('nextDelay goes from seconds to hours, seven times, and then gives up', async (t) => {
  const delays = Array.from({ length: 8 }, (_, tried) => nextDelay(tried, () => 0))
  t.same(delays, [5 * SECOND, 300 * SECOND, HOUR / 2, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, undefined])
})

t.test('nextDelay adds up to a fifth, and takes nothing away', async (t) => {
  t.equal(
    nextDelay(0, () => 0.5),
    5_500,
  )
  t.equal(
    nextDelay(0, () => 0.999_99),
    6_000,
  )
})
