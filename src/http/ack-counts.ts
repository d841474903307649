/** How many messages were Acked within how long, since it was asked last: what the histogram has counted anyway. */

/** Of a class of times its end, seconds, and how many there were. */
export interface AckCount {
  within: number
  count: number
}

/** `read`: all since the start, each class with those that were quicker, the quickest first. */
export function createAckCounts(read: () => Promise<AckCount[]>): () => Promise<AckCount[]> {
  let known = new Map<number, number>()
  return async () => {
    const all = await read()
    const now = all.map(({ within, count }, i) => ({ within, count: count - (all[i - 1]?.count ?? 0) }))
    const since = now.map(({ within, count }) => ({ within, count: count - (known.get(within) ?? 0) }))
    known = new Map(now.map(({ within, count }) => [within, count]))
    return since.filter(({ count }) => count > 0)
  }
}
