/** One loop for everything that happens again and again: one turn at a time, and a rest between two. */

/** What is to be done, and how often. */
export interface Job {
  /** As the log calls it. */
  name: string
  /** From the end of a turn to the next one, ms. */
  everyMs: number
  /** From the start to the first turn, ms. Absent: `everyMs`. */
  firstMs?: number
  /** Turns that fail come less and less often, but never more than this apart, ms. Absent: a minute, or `everyMs`. */
  longestMs?: number
  /** One turn. It may answer with the rest until the next one, ms. */
  turn: () => Promise<number | undefined>
  /** Called when no turn will follow. */
  end?: () => void
}

export interface EveryOptions {
  /** Called for the first failure of several in a row. */
  onFailed: (error: unknown) => void
  /** Called when a turn succeeds again, after that many failures. */
  onRecovered?: (failures: number) => void
  setTimer?: (run: () => void, ms: number) => NodeJS.Timeout
}

export interface Running {
  /** Begins no more turns. Resolves when the one under way has ended. */
  stop(): Promise<void>
}

export function every(job: Job, { onFailed, onRecovered, setTimer = setTimeout }: EveryOptions): Running {
  const { everyMs, firstMs = everyMs, longestMs = Math.max(everyMs, 60_000) } = job
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()
  let failures = 0
  let stopped = false

  async function run(): Promise<void> {
    const rest = await job.turn().then(succeeded, failed)
    if (!stopped) schedule(rest)
  }

  function succeeded(rest: number | undefined): number {
    if (failures > 0) onRecovered?.(failures)
    failures = 0
    return rest ?? everyMs
  }

  function failed(error: unknown): number {
    if (failures === 0) onFailed(error)
    failures += 1
    return Math.min(longestMs, everyMs * 2 ** (failures - 1))
  }

  function schedule(ms: number): void {
    timer = setTimer(() => {
      turn = run()
    }, ms)
  }

  schedule(firstMs)
  return {
    async stop() {
      if (stopped) return await turn
      stopped = true
      clearTimeout(timer)
      await turn
      job.end?.()
    },
  }
}
