/** What a figure of the child begins with: which of the samples it is. */
export const P50 = 'p50 '
export const P95 = 'p95 '
