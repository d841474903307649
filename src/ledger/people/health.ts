/** How the ledger's Postgres is, for whoever looks before the first order. Only reads, and most of it needs no table of ours. */
import { query, type Runner } from '../postgres/query.ts'

export const serverFacts = query(
  'server-facts',
  {},
  {
    version: 'text',
    version_number: 'integer',
    encoding: 'text',
    role: 'text',
    superuser: 'boolean',
    standby: 'boolean',
    read_only: 'boolean',
    clock: 'timestamptz',
    settings: 'jsonb',
    most_connections: 'integer',
    used_connections: 'integer',
    transaction_age: 'integer',
  },
)
export const missingRights = query('missing-rights', {}, { missing: 'text' })
export const tableHealth = query(
  'table-health',
  {},
  { table_name: 'text', live: 'bigint', dead: 'bigint', bytes: 'bigint' },
)
export const oldestSnapshot = query(
  'oldest-snapshot',
  {},
  { seconds: 'double precision', holder: 'text?', sees_all: 'boolean' },
)
export const troubles = query(
  'troubles',
  { organization_id: 'text', codes: 'text[]' },
  { code: 'text', count: 'integer' },
)

export function createHealth(runner: Runner) {
  return {
    async server() {
      const asked = Date.now()
      const [row] = await serverFacts(runner, {})
      // What it said was true about in the middle.
      const now = (asked + Date.now()) / 2
      if (row === undefined) throw new Error('the server did not say what it is')
      return {
        version: row.version,
        versionNumber: row.version_number,
        encoding: row.encoding,
        role: row.role,
        superuser: row.superuser,
        standby: row.standby,
        readOnly: row.read_only,
        aheadMs: row.clock.getTime() - now,
        settings: textsOf(row.settings),
        connections: { most: row.most_connections, used: row.used_connections },
        transactionAge: row.transaction_age,
      }
    },
    missingRights: async () => (await missingRights(runner, {})).map(({ missing }) => missing),
    async tables() {
      const rows = await tableHealth(runner, {})
      return rows.map(({ table_name: table, live, dead, bytes }) => {
        return { table, live: Number(live), dead: Number(dead), bytes: Number(bytes) }
      })
    },
    async snapshots() {
      const [row] = await oldestSnapshot(runner, {})
      return { oldestSeconds: row?.seconds ?? 0, holder: row?.holder ?? '', seesAll: row?.sees_all === true }
    },
    /** Orders that have met one of these codes within a day. */
    troubles: (organizationId: string, codes: readonly string[]) =>
      troubles(runner, { organization_id: organizationId, codes }),
  }
}

function textsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...(value ?? {}) }).map(([name, text]) => [name, String(text)]))
}
