/** Keeps the lease of a subscription, as long as it can. */

export interface Lease {
  /** Aborts when the lease was lost, or could not be renewed in time. */
  signal: AbortSignal
  end(): void
}

export interface LeaseOptions {
  /** False: another has it by now. */
  renew: () => Promise<boolean>
  leaseMs: number
  /** Milliseconds that only go forward. */
  now: () => number
  /** When the lease was asked for. */
  since: number
}

export function keepLease({ renew, leaseMs, now, since }: LeaseOptions): Lease {
  const controller = new AbortController()
  let good = since
  let timer: NodeJS.Timeout | undefined

  async function turn(): Promise<void> {
    const askedAt = now()
    const renewed = await renew().catch(() => undefined)
    if (renewed === true) good = askedAt
    if (renewed === false || now() - good >= leaseMs)
      controller.abort(new Error('the lease of the subscription was lost'))
    else schedule()
  }

  function schedule(): void {
    if (!controller.signal.aborted) timer = setTimeout(() => void turn(), leaseMs / 4)
  }

  schedule()
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer)
      controller.abort(new Error('the subscription was given back'))
    },
  }
}
