/** Some work at a time; the rest waits for its turn, in order, and not for ever. */
export interface LimitedOptions {
  /** At the same time. */
  most: number
  /** How long one waits for its turn, ms. */
  waitMs: number
}

/** Rejects, and has begun nothing, when the turn does not come in time. */
export function limited({ most, waitMs }: LimitedOptions): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting = new Set<() => void>()
  let running = 0

  function turn(): Promise<void> {
    if (running < most) {
      running += 1
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(begin)
        reject(new Error(`no turn in ${waitMs} ms: ${waiting.size} wait`))
      }, waitMs)
      const begin = () => {
        clearTimeout(timer)
        resolve()
      }
      waiting.add(begin)
    })
  }

  function next(): void {
    const [begin] = waiting
    if (begin === undefined) {
      running -= 1
      return
    }
    waiting.delete(begin)
    begin()
  }

  return async (work) => {
    await turn()
    try {
      return await work()
    } finally {
      next()
    }
  }
}
