/** What is another when something in the ledger has changed. */
import { query, type Runner } from '../postgres/query.ts'

export const signsOfChange = query(
  'signs-of-change',
  {},
  { received: 'text?', ended: 'text?', acts: 'text?', pauses: 'text?' },
)

export async function readSigns(runner: Runner) {
  const [row] = await signsOfChange(runner, {})
  return { received: row?.received, ended: row?.ended, acts: row?.acts, pauses: row?.pauses }
}
