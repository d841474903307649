import t from 'tap'
import { stillHeld } from '../../src/domain/still-held.ts'

t.test('stillHeld resolves while the lease is held, and throws its reason when it is gone', async (t) => {
  await t.resolves(stillHeld(new AbortController().signal))
  await t.rejects(stillHeld(AbortSignal.abort(new Error('the lease was lost'))), { message: 'the lease was lost' })
})

t.test('stillHeld lets the timers go first that are due, as after a freeze', async (t) => {
  const lease = new AbortController()
  setTimeout(() => lease.abort(new Error('the lease ran out')), 5)
  const until = performance.now() + 20
  // Frozen: the timer is due and has not run.
  while (performance.now() < until);
  t.notOk(lease.signal.aborted)
  await t.rejects(stillHeld(lease.signal), { message: 'the lease ran out' })
})
