/** What is final and old goes, a batch at a time. See sql/queries/retire.sql for what goes and what stays. */
import { type Pool, transaction } from '../postgres/pool.ts'
import * as queries from '../queries.ts'

/** Fits the port of the retirer. `days`: how long a notification stays after it became final. */
export function createRetirement({ pool, days }: { pool: Pool; days: number }) {
  return {
    /** All that may have something to remove. */
    async organizations() {
      return (await queries.organizations(pool)).map((row) => row.organization_id)
    },
    /**
     * Removes one batch of an organisation; counts of rows. `since`: where the batch before ended. Undefined: another
     * process has a batch in hand, and nothing was done.
     */
    async retire(organizationId: string, since?: Date) {
      return transaction(pool, async (client) => {
        const [lock] = await queries.beginRetire(client)
        if (!lock?.begun) return undefined
        const [row] = await queries.retire(client, organizationId, `${days} days`, since ?? null)
        if (row === undefined) return undefined
        const { until, ...counts } = row
        return { counts, ...(until !== undefined && { until }) }
      })
    },
  }
}
