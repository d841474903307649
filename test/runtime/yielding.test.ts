import t from 'tap'
import { yieldEvery } from '../../src/runtime/yielding.ts'

t.test('yieldEvery lets others have a turn whenever a portion is done, and not before', async (t) => {
  const mayYield = yieldEvery(10)
  let turns = 0
  const count = () => {
    turns += 1
    immediate = setImmediate(count)
  }
  let immediate = setImmediate(count)
  t.teardown(() => clearImmediate(immediate))
  for (const done of [3, 3, 3]) await mayYield(done)
  t.equal(turns, 0)
  await mayYield(1)
  t.ok(turns > 0)
  const before = turns
  await mayYield(9)
  t.equal(turns, before, 'the next portion begins anew')
  await mayYield(25)
  t.ok(turns > before)
})
