import t from 'tap'
import { isQuiet } from '../../../src/notices/alerts/quiet.ts'

const at = (time: string) => new Date(`2026-11-25T${time}:00Z`)
const hour = 60

t.test('isQuiet between two times of one day, the first included', async (t) => {
  const hours = { from: 12 * hour, to: 14 * hour, zone: 'UTC' }
  t.same(
    ['11:59', '12:00', '13:59', '14:00'].map((time) => isQuiet(at(time), hours)),
    [false, true, true, false],
  )
})

t.test('isQuiet over midnight', async (t) => {
  const hours = { from: 22 * hour, to: 6 * hour, zone: 'UTC' }
  t.same(
    ['21:59', '22:00', '00:00', '05:59', '06:00'].map((time) => isQuiet(at(time), hours)),
    [false, true, true, true, false],
  )
})

t.test('isQuiet by the clock of the zone, in summer as in winter', async (t) => {
  const hours = { from: 22 * hour, to: 6 * hour, zone: 'Europe/Berlin' }
  t.equal(isQuiet(at('21:00'), hours), true)
  t.equal(isQuiet(at('20:59'), hours), false)
  t.equal(isQuiet(new Date('2026-07-25T20:00:00Z'), hours), true)
})

t.test('isQuiet is never, where nothing is said', async (t) => t.equal(isQuiet(at('03:00'), undefined), false))
