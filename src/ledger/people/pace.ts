/** How long orders take. */
import { query, type Runner } from '../postgres/query.ts'

export const pace = query(
  'pace',
  { since: 'timestamptz' },
  { p50: 'double precision?', p95: 'double precision?' },
  'each-time',
)

/** From arrival until Salesforce was told, of the newest thousand that completed since then. */
export async function readPace(runner: Runner, since: Date) {
  const [row] = await pace(runner, { since })
  return { p50Seconds: row?.p50, p95Seconds: row?.p95 }
}
