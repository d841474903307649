/** One thing at a time: what runs concurrently waits for its turn, and the scheduler of fast-check says whose it is. */
import { setImmediate as nextTick } from 'node:timers/promises'
import type { Scheduler } from 'fast-check'

export interface Turns {
  /** Begins; its first turn is its own affair. Must not reject. */
  start(work: () => Promise<void>): void
  /** Waits until it is this one's turn. */
  turn(label: string): Promise<void>
  /** Waits for something that no turn brings about. */
  apart(event: Promise<void>): Promise<void>
  /** Gives out turns until nobody wants one. */
  run(): Promise<void>
}

export function createTurns(scheduler: Scheduler): Turns {
  let running = 0
  let quiet: (() => void) | undefined

  function leave(): void {
    running -= 1
    if (running === 0) quiet?.()
  }
  async function apart(event: Promise<unknown>): Promise<void> {
    leave()
    await event
    running += 1
  }
  return {
    start(work) {
      running += 1
      void work().finally(leave)
    },
    turn: (label) => apart(scheduler.schedule(Promise.resolve(), label)),
    apart,
    async run() {
      for (;;) {
        // What was let go of goes on in microtasks.
        await nextTick()
        if (running > 0) {
          await new Promise<void>((resolve) => {
            quiet = resolve
          })
          continue
        }
        if (scheduler.count() === 0) return
        await scheduler.waitNext(1)
      }
    },
  }
}
