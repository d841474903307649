/** Before work begins: the schema has all that this version needs. */
import { Explained } from '../../runtime/explained.ts'
import { type MigrateOptions, migrate, schemaState } from './migrate.ts'

export interface Prepared {
  /** Migrations that ran. */
  ran: string[]
  /** Migrations of a newer version, which has been at this database: it leaves everything in place that this one needs. */
  unknown: string[]
  /** What Postgres had to say to them: who runs the service should know it. */
  warnings: string[]
}

/**
 * Brings an older schema up to date. A newer one is as good as this version's own: in a roll-out the old processes go on
 * while the new ones come, and may be started again, and the code may be rolled back (sql/README.md, Migrations). Throws an
 * Explained where the database can't become what this version needs.
 */
export async function prepareSchema(url: string, onWait?: MigrateOptions['onWait']): Promise<Prepared> {
  const warnings: string[] = []
  const onWarning = (message: string) => void warnings.push(message)
  const state = await schemaState(url)
  switch (state.kind) {
    case 'current':
      return { ran: [], unknown: [], warnings }
    case 'ahead':
      return { ran: [], unknown: state.unknown, warnings }
    case 'empty':
    case 'behind':
      return { ran: await migrate(url, { onWarning, ...(onWait && { onWait }) }), unknown: [], warnings }
    case 'diverged':
      throw new Explained(
        `the database was made by a version that is neither older nor newer: it has ${state.unknown.join(', ')} and lacks ${state.missing.join(', ')}`,
      )
    default:
      return state satisfies never
  }
}
