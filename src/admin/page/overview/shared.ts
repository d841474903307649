/**
 * What many look at is read once for all of them. How long an answer serves depends on how long it took: those who watch
 * keep one connection busy for a twentieth of the time at most, however many they are and however long the history is.
 */

const SHARE = 20

export interface SharedOptions {
  /** An answer serves so long at least, ms. */
  leastMs: number
  now: () => number
}

export interface Shared<K, T> {
  get(key: K): Promise<T>
  /** Somebody has changed something, and wants to see it. */
  forget(): void
}

export function createShared<K, T>(read: (key: K) => Promise<T>, { leastMs, now }: SharedOptions): Shared<K, T> {
  const answers = new Map<K, { until: number; value: Promise<T> }>()

  function ask(key: K): Promise<T> {
    const began = now()
    const mine = { until: Number.POSITIVE_INFINITY, value: read(key) }
    answers.set(key, mine)
    mine.value.then(
      () => {
        mine.until = Math.max(began + leastMs, now() + (now() - began) * SHARE)
      },
      () => {
        // A failure is nobody's answer but of those who waited for it.
        if (answers.get(key) === mine) answers.delete(key)
      },
    )
    return mine.value
  }

  return {
    get(key) {
      const known = answers.get(key)
      return known !== undefined && now() < known.until ? known.value : ask(key)
    },
    forget: () => answers.clear(),
  }
}
