/** Long work in portions, so that it never holds up the event loop: between two portions everybody else has a turn. */
import { setImmediate as turn } from 'node:timers/promises'

/** Call it with the amount of work done; it waits for a turn whenever a portion is full. */
export function yieldEvery(portion: number): (done: number) => Promise<void> {
  let sum = 0
  return async (done) => {
    sum += done
    if (sum < portion) return
    sum = 0
    await turn()
  }
}
