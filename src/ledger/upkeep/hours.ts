/** Counts of hours that are over, for charts: what has been counted need not be read again. */
import { query, type Runner } from '../postgres/query.ts'

export const sumHours = query('sum-hours', { most: 'integer', kept_for: 'interval' }, { hours: 'integer' })

/** Returns how many hours were counted: none, there is nothing to do, or another process is at it. */
export async function sumHoursThatAreOver(runner: Runner, { most, days }: { most: number; days: number }) {
  const [row] = await sumHours(runner, { most, kept_for: `${days} days` })
  return row?.hours ?? 0
}
