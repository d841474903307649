/** How often something may be done, by whoever does it: so many times at once, and then as they come back over time. */

export interface RateOptions {
  most: number
  windowMs: number
  /** Milliseconds that only go forward. */
  now: () => number
}

const MOST_KNOWN = 10_000

/** Undefined: it may be done now, and is counted. Else how long to wait, ms. */
export function createRate({ most, windowMs, now }: RateOptions): (key: string) => number | undefined {
  const known = new Map<string, { left: number; at: number }>()
  const perToken = windowMs / most

  return (key) => {
    const at = now()
    const { left, at: before } = known.get(key) ?? { left: most, at }
    const filled = Math.min(most, left + (at - before) / perToken)
    if (!known.has(key) && known.size >= MOST_KNOWN) known.clear()
    known.set(key, { left: filled < 1 ? filled : filled - 1, at })
    return filled < 1 ? Math.ceil((1 - filled) * perToken) : undefined
  }
}
