import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Throws when the lease is gone. To be asked right before something is sent that another worker may have sent: a process
 * that was frozen hears first what has arrived meanwhile, and only then that its lease ran out; so timers go first here.
 */
export async function stillHeld(lease: AbortSignal): Promise<void> {
  await sleep(0)
  lease.throwIfAborted()
}
