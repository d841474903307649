/** Waits that end: with the answer, after a time, or when nobody wants it any more. */

export class TooLate extends Error {
  constructor(ms: number) {
    super(`no answer in ${ms} ms`)
    this.name = 'TooLate'
  }
}

export interface Limits {
  ms: number
  signal?: AbortSignal
}

/**
 * Work with a signal that aborts with TooLate after `ms`, and with `signal`. Not AbortSignal.timeout: that one's timer, and with
 * it all that the work was about, is kept until the time is over, however soon the answer came.
 */
export async function withDeadline<T>({ ms, signal }: Limits, work: (until: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new TooLate(ms)), ms)
  const abort = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  try {
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

/** The answer; TooLate after `ms`; the reason of the signal when it aborts. The answer itself may still come: nobody hears of it. */
export function inTime<T>(answer: Promise<T>, limits: Limits): Promise<T> {
  answer.catch(() => {})
  return withDeadline(limits, (until) => Promise.race([answer, ended(until)]))
}

function ended(until: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(until.reason)
    if (until.aborted) end()
    else until.addEventListener('abort', end)
  })
}
