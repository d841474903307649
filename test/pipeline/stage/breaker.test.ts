import t from 'tap'
import { createBreaker } from '../../../src/pipeline/stage/breaker.ts'

function build({ threshold = 3, coolDowns = [5_000, 15_000] }: { threshold?: number; coolDowns?: number[] } = {}) {
  const clock = { now: 0 }
  const breaker = createBreaker({ threshold, coolDowns, now: () => clock.now })
  const pass = (ms: number) => {
    clock.now += ms
  }
  return { breaker, pass }
}

t.test('breaker admits everything until as many failures in a row as it takes', async (t) => {
  const { breaker } = build()
  t.equal(breaker.failed(), undefined)
  t.equal(breaker.failed(), undefined)
  t.equal(breaker.admit(10), 10)
  breaker.succeeded()
  t.equal(breaker.failed(), undefined)
  t.equal(breaker.failed(), undefined)
  t.equal(breaker.failed(), 5_000)
  t.equal(breaker.state, 'open')
  t.equal(breaker.admit(10), 0)
})

t.test('breaker admits one to probe when it has cooled down, and all after its success', async (t) => {
  const { breaker, pass } = build({ threshold: 1 })
  breaker.failed()
  pass(4_999)
  t.equal(breaker.admit(10), 0)
  pass(1)
  t.equal(breaker.state, 'half-open')
  t.equal(breaker.admit(10), 1)
  t.equal(breaker.admit(0), 0)
  breaker.succeeded()
  t.equal(breaker.state, 'closed')
  t.equal(breaker.admit(10), 10)
})

t.test('breaker stands still longer each time that a probe fails, and begins anew after a success', async (t) => {
  const { breaker, pass } = build()
  for (let i = 0; i < 3; i++) breaker.failed()
  const stands: (number | undefined)[] = []
  for (let i = 0; i < 3; i++) {
    pass(15_000)
    stands.push(breaker.failed())
  }
  t.same(stands, [15_000, 15_000, 15_000])
  pass(15_000)
  breaker.succeeded()
  t.same([breaker.failed(), breaker.failed(), breaker.failed()], [undefined, undefined, 5_000])
})

t.test('breaker learns nothing from what was under way when it opened', async (t) => {
  const { breaker, pass } = build({ threshold: 1 })
  t.equal(breaker.failed(), 5_000)
  pass(1_000)
  t.equal(breaker.failed(), undefined)
  pass(4_000)
  t.equal(breaker.state, 'half-open')
})

t.test('breaker opens at once when it is refused, and stays so no longer for being refused again', async (t) => {
  const { breaker, pass } = build()
  t.equal(breaker.refused(), 5_000)
  pass(2_000)
  t.equal(breaker.refused(), 3_000)
  pass(3_000)
  t.equal(breaker.state, 'half-open')
  t.equal(breaker.refused(), 15_000)
})
