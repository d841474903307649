import t from 'tap'
import { createWaker } from '../../src/runtime/waker.ts'

const LONG = 60_000

t.test('rest ends when it is woken', async (t) => {
  const waker = createWaker()
  const rested = waker.rest(LONG)
  waker.wake()
  await rested
  t.pass('without the minute')
})

t.test('rest ends by itself', async (t) => {
  await createWaker().rest(1)
  t.pass('without a wake')
})

t.test('a wake that comes while nobody rests is not lost, unless it is forgotten on purpose', async (t) => {
  const waker = createWaker()
  waker.wake()
  await waker.rest(LONG)
  waker.reset()
  let ended = false
  const rested = waker.rest(LONG).then(() => (ended = true))
  await new Promise(setImmediate)
  t.equal(ended, false)
  waker.wake()
  await rested
})
