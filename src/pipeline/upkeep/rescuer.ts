/** What the ledger needs from time to time: expired leases go back to work, and what dead workers left is cleared away. */
import type { Log } from '../../runtime/log.ts'

export interface Rescues {
  rescue(): Promise<{ worker: string; notificationId: string }[]>
  sweepSessions(): Promise<number>
}

export interface RescuerOptions {
  rescues: Rescues
  /** Keeps plans good while the ledger grows. */
  statistics: { refresh(): Promise<boolean> }
  everyMs: number
  log: Log
  onRescued: (notifications: number) => void
}

/** Sessions of superseded notifications go with this sweep: less often than leases. */
const SWEEP_EVERY = 2

export function createRescuer({ rescues, statistics, everyMs, log, onRescued }: RescuerOptions) {
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()
  let turns = 0
  let stopped = false

  async function run(): Promise<void> {
    try {
      const rescued = await rescues.rescue()
      for (const lost of rescued) log.warn(lost, 'notification.rescued')
      if (rescued.length > 0) onRescued(rescued.length)
      await statistics.refresh()
      if (turns++ % SWEEP_EVERY === 0) await rescues.sweepSessions()
    } catch (error) {
      log.error({ err: error }, 'rescuer.failed')
    }
    if (!stopped) schedule()
  }
  function schedule(): void {
    timer = setTimeout(() => {
      turn = run()
    }, everyMs)
  }

  return {
    start: schedule,
    async stop(): Promise<void> {
      stopped = true
      clearTimeout(timer)
      await turn
    },
  }
}
