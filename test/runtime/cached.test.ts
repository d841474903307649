import t from 'tap'
import { cached } from '../../src/runtime/cached.ts'

t.test('cached asks once for all who want to know, and again when the answer is old', async (t) => {
  let [clock, asked] = [0, 0]
  const read = cached(async () => ++asked, { freshMs: 100, now: () => clock })
  t.same(await Promise.all([read(), read(), read()]), [1, 1, 1])
  clock = 99
  t.equal(await read(), 1)
  clock = 100
  t.same(await Promise.all([read(), read()]), [2, 2])
})

t.test('cached asks again after a failure', async (t) => {
  let asked = 0
  const ask = async () => {
    asked += 1
    if (asked === 1) throw new Error('away')
    return asked
  }
  const read = cached(ask, { freshMs: 100, now: () => 0 })
  const both = await Promise.allSettled([read(), read()])
  t.match(both, [{ status: 'rejected' }, { status: 'rejected' }])
  t.equal(await read(), 2)
})
