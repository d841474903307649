/** What is final and old goes, a batch at a time. See sql/queries/retire.sql for what goes and what stays. */
import { type Pool, transaction } from '../postgres/pool.ts'
import { query } from '../postgres/query.ts'

export const organizations = query('organizations', {}, { organization_id: 'text' })
export const beginRetire = query('begin-retire', {}, { begun: 'boolean' })
export const retire = query(
  'retire',
  { organization_id: 'text', kept_for: 'interval', since: 'timestamptz?' },
  {
    notifications: 'integer',
    attempts: 'integer',
    acts: 'integer',
    messages: 'integer',
    snapshots: 'integer',
    until: 'timestamptz?',
  },
)

/** Fits the port of the retire job. `days`: how long a notification stays after it became final. */
export function createRetirement({ pool, days }: { pool: Pool; days: number }) {
  return {
    /** All that may have something to remove. */
    async organizations() {
      return (await organizations(pool, {})).map((row) => row.organization_id)
    },
    /**
     * Removes one batch of an organisation; counts of rows. `since`: where the batch before ended. Undefined: another
     * process has a batch in hand, and nothing was done.
     */
    async retire(organizationId: string, since?: Date) {
      return transaction(pool, async (client) => {
        const [lock] = await beginRetire(client, {})
        if (!lock?.begun) return undefined
        const [row] = await retire(client, { organization_id: organizationId, kept_for: `${days} days`, since })
        if (row === undefined) return undefined
        const { until, ...counts } = row
        return { counts, ...(until !== undefined && { until }) }
      })
    },
  }
}
