import t from 'tap'
import { createBreaker } from '../../../src/pipeline/stage/breaker.ts'

const build = (threshold = 3) => createBreaker({ threshold, coolDowns: [5_000, 15_000] })

t.test('breaker opens after as many failures in a row as it takes', async (t) => {
  const breaker = build()
  t.same([breaker.failed(), breaker.failed()], [undefined, undefined])
  breaker.succeeded()
  t.same([breaker.failed(), breaker.failed(), breaker.failed()], [undefined, undefined, 5_000])
})

t.test('breaker has the stage stand still longer each time, and begins anew after a success', async (t) => {
  const breaker = build()
  t.same([breaker.open(), breaker.open(), breaker.open()], [5_000, 15_000, 15_000])
  breaker.succeeded()
  t.same([breaker.failed(), breaker.failed(), breaker.failed()], [undefined, undefined, 5_000])
  t.equal(breaker.open(), 15_000)
})

t.test('breaker that has opened counts from nought: the next failure alone does not open it again', async (t) => {
  const breaker = build(2)
  t.same(
    [breaker.failed(), breaker.failed(), breaker.failed(), breaker.failed()],
    [undefined, 5_000, undefined, 15_000],
  )
})
