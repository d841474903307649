import t from 'tap'
import { stillHeld } from '../../src/runtime/still-held.ts'

t.test('stillHeld says whether the lease is held', async (t) => {
  t.equal(await stillHeld(new AbortController().signal), true)
  t.equal(await stillHeld(AbortSignal.abort()), false)
})

t.test('stillHeld lets the timers go first that are due, as after a freeze', async (t) => {
  const lease = new AbortController()
  setTimeout(() => lease.abort(), 5)
  const until = performance.now() + 20
  // Frozen: the timer is due and has not run.
  while (performance.now() < until);
  t.notOk(lease.signal.aborted)
  t.equal(await stillHeld(lease.signal), false)
})
