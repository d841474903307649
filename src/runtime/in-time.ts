/** Waits that end: with the answer, after a time, or when nobody wants it any more. */

export class TooLate extends Error {
  constructor(ms: number) {
    super(`no answer in ${ms} ms`)
    this.name = 'TooLate'
  }
}

/** The answer; TooLate after `ms`; the reason of the signal when it aborts. The answer itself may still come: nobody hears of it. */
export async function inTime<T>(answer: Promise<T>, { ms, signal }: { ms: number; signal: AbortSignal }): Promise<T> {
  let end = () => {}
  const ended = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new TooLate(ms)), ms)
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
  })
  answer.catch(() => {})
  try {
    return await Promise.race([answer, ended])
  } finally {
    end()
  }
}
