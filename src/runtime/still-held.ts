import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Whether the lease is held as yet. To be asked right before something is sent that another worker may have sent: a
 * process that was frozen hears first what has arrived meanwhile, and only then that its lease ran out; so timers go first.
 */
export async function stillHeld(lease: AbortSignal): Promise<boolean> {
  await sleep(0)
  return !lease.aborted
}
