import t from 'tap'
import { createWakes } from '../../src/service/wakes.ts'

const LONG = 60_000

t.test('wake rouses whoever rests at that step of that organisation, and nobody else', async (t) => {
  const wakes = createWakes()
  const one = { organizationId: 'one', step: 'callback' } as const
  const others = [
    { organizationId: 'one', step: 'provision' },
    { organizationId: 'other', step: 'callback' },
  ] as const
  const woken: unknown[] = []
  const rests = [one, ...others].map((due) =>
    wakes
      .of(due)
      .rest(LONG)
      .then(() => woken.push(due)),
  )
  wakes.wake(one)
  await rests[0]
  t.same(woken, [one])
  for (const due of others) wakes.wake(due)
  await Promise.all(rests)
})

t.test('of is the same waker for whoever rests and whoever wakes', async (t) => {
  const wakes = createWakes()
  const due = { organizationId: 'one', step: 'write_back' } as const
  t.equal(wakes.of(due), wakes.of({ ...due }))
  wakes.wake({ organizationId: 'nobody', step: 'callback' })
  wakes.wake(due)
  await wakes.of(due).rest(LONG)
  t.pass('a wake before the rest is not lost')
})
