/** The mappings that were in force, and orders to try another one on. */
import { query, type Runner } from '../postgres/query.ts'
import { storableJson } from '../postgres/storable.ts'

export const enterMapping = query(
  'enter-mapping',
  { organization_id: 'text', hash: 'text', content: 'jsonb', worker: 'text' },
  { since: 'timestamptz' },
)
export const mappings = query('mappings', {}, { organization_id: 'text', hash: 'text', since: 'timestamptz' })
export const recentOrders = query('recent-orders', { organization_id: 'text', most: 'integer' }, { record_id: 'text' })

/** Since when it is in force: now, or since another process loaded it. */
export async function enter(
  runner: Runner,
  { organizationId, hash, content, worker }: { organizationId: string; hash: string; content: object; worker: string },
): Promise<Date | undefined> {
  const given = { organization_id: organizationId, hash, content: storableJson(content), worker }
  return (await enterMapping(runner, given))[0]?.since
}
