/** Orders that were made twice: dead letters, though they ended well here. */
import { query, type Runner } from '../postgres/query.ts'

export const markDuplicated = query(
  'mark-duplicated',
  { organization_id: 'text', record_id: 'text', message: 'text' },
  { marked: 'boolean' },
)

/** Returns false for one that has not completed. */
export async function raiseDuplicate(
  runner: Runner,
  { organizationId, orderId, message }: { organizationId: string; orderId: string; message: string },
): Promise<boolean> {
  const [row] = await markDuplicated(runner, { organization_id: organizationId, record_id: orderId, message })
  return row?.marked ?? false
}
