/** Asks until the answer is there: for what happens in another process or behind HTTP. */
import { setTimeout as sleep } from 'node:timers/promises'

/** Less than a test file has: so it is told what never came, not only in which file. */
const GIVE_UP_AFTER_MS = 60_000

export async function until<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  what: string,
): Promise<T> {
  const end = performance.now() + GIVE_UP_AFTER_MS
  while (performance.now() < end) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    await sleep(25)
  }
  throw new Error(`never came: ${what}`)
}
