import t from 'tap'
import { createRate } from '../../src/runtime/rate.ts'

t.test('createRate lets a burst pass, then as many as come back over time, and each by itself', async (t) => {
  let clock = 0
  const waitOf = createRate({ most: 3, windowMs: 3_000, now: () => clock })
  t.same([waitOf('a'), waitOf('a'), waitOf('a'), waitOf('a')], [undefined, undefined, undefined, 1_000])
  t.equal(waitOf('b'), undefined)
  clock = 400
  t.equal(waitOf('a'), 600)
  clock = 1_000
  t.same([waitOf('a'), waitOf('a')], [undefined, 1_000])
  clock = 100_000
  t.same([waitOf('a'), waitOf('a'), waitOf('a'), waitOf('a')], [undefined, undefined, undefined, 1_000])
})
