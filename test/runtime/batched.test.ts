import t from 'tap'
import { batched } from '../../src/runtime/batched.ts'

t.test('batched asks once for what is asked at the same time, and again for what comes meanwhile', async (t) => {
  const loads: string[][] = []
  const ask = batched<number>({
    most: 3,
    async load(keys) {
      loads.push(keys)
      return new Map(keys.filter((key) => key !== 'none').map((key) => [key, key.length]))
    },
  })
  const first = Promise.all(['a', 'bb', 'a', 'none', 'dddd'].map(ask))
  t.same(await first, [1, 2, 1, undefined, 4])
  t.same(loads, [['a', 'bb', 'none'], ['dddd']], 'no more than three at a time')
  t.equal(await ask('a'), 1)
  t.equal(loads.length, 3, 'nothing is kept')
})

t.test('batched tells everybody of a load that they were part of that it failed, and nobody else', async (t) => {
  let fails = true
  const ask = batched<string>({
    most: 10,
    async load(keys) {
      if (fails) throw new Error('away')
      return new Map(keys.map((key) => [key, key]))
    },
  })
  const both = await Promise.allSettled([ask('a'), ask('b')])
  t.match(both, [{ reason: { message: 'away' } }, { reason: { message: 'away' } }])
  fails = false
  t.equal(await ask('a'), 'a')
})
