/** Writes how many bytes a body that has come leaves behind with those who watch its speed. */
import { setImmediate as turn } from 'node:timers/promises'
import { createSpeedGuard } from '../../../src/doors/outbound-message/speed.ts'
import { leftBehind } from '../../helpers/left-behind.ts'

const guard = createSpeedGuard({
  graceMs: 60_000,
  bytesPerSecond: 1,
  longestMs: 60_000,
  everyMs: 60_000,
  now: () => performance.now(),
})
const bytes = await leftBehind(2_000, async (run) => {
  const body = Array.from({ length: 100 }, (_, i) => run + i)
  const arriving = guard.watch(0, () => body.push(run))
  await turn()
  arriving.end()
})
process.stdout.write(String(bytes))
