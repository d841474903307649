/** What the sweep found that no message had brought. */
import { query, type Runner } from '../postgres/query.ts'

export const swept = query('swept', {}, { notifications: 'integer', last_at: 'timestamptz?' })

/** Within a day. Undefined: nothing, ever. */
export async function sweptLately(runner: Runner): Promise<{ notifications: number; lastAt: Date } | undefined> {
  const [row] = await swept(runner, {})
  return row?.last_at && { notifications: row.notifications, lastAt: row.last_at }
}
