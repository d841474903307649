/** Asks until the answer is there: for what happens in another process or behind HTTP. The time-out is the test's. */
import { setTimeout as sleep } from 'node:timers/promises'

export async function until<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  what: string,
): Promise<T> {
  for (let tries = 0; tries < 4_000; tries++) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    await sleep(25)
  }
  throw new Error(`never came: ${what}`)
}
