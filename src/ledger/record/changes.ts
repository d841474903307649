/** What the sweep asks of the ledger: which changes it has heard of, and since when it is there. */
import { query, type Runner } from '../postgres/query.ts'

export const knownChanges = query(
  'known-changes',
  { organization_id: 'text', record_id: 'text[]', changed_at: 'timestamptz[]' },
  { record_id: 'text' },
)
export const ledgerSince = query('ledger-since', {}, { since: 'timestamptz' })

export interface Change {
  orderId: string
  changedAt: Date
}

export interface Changes {
  /** The orders of these changes about which a notification came since. */
  known(changes: Change[]): Promise<Set<string>>
  /** When the ledger was made. */
  since(): Promise<Date>
}

export function createChanges({ runner, organizationId }: { runner: Runner; organizationId: string }): Changes {
  return {
    async known(changes) {
      const rows = await knownChanges(runner, {
        organization_id: organizationId,
        record_id: changes.map(({ orderId }) => orderId),
        changed_at: changes.map(({ changedAt }) => changedAt),
      })
      return new Set(rows.map((row) => row.record_id))
    },
    async since() {
      const [row] = await ledgerSince(runner, {})
      return row?.since ?? new Date()
    },
  }
}
