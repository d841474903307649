/**
 * For each order, in the order in which they were sent: by how many that had arrived later it was overtaken. `arrivals`:
 * when each arrived, any unit; those that arrived together can't overtake each other.
 */
export function overtaken(arrivals: readonly number[]): number[] {
  const sent: number[] = []
  return arrivals.map((arrival) => {
    const at = firstAbove(sent, arrival)
    const later = sent.length - at
    sent.splice(at, 0, arrival)
    return later
  })
}

/** Where the first greater one stands in a list that is sorted. */
function firstAbove(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) <= value) low = middle + 1
    else high = middle
  }
  return low
}
