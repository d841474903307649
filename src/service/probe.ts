/** Tries whether a message could be stored now, without one. */
import { probe } from '../ledger/postgres/probe.ts'
import { knownMigrations, lacking } from '../ledger/schema/migrate.ts'
import type { Pools } from './pools.ts'

/** Rejects with what stands in the way. */
export function createProbe({
  ingest,
  probe: own,
  history,
}: Pick<Pools, 'ingest' | 'probe' | 'history'>): () => Promise<void> {
  const known = knownMigrations()

  return async () => {
    // The recorder connects first, and must have a connection whatever the others do.
    await ingest.query('select 1')
    await probe(own, history)
    const missing = await lacking(own, known)
    if (missing.length > 0) throw new Error(`the schema lacks ${missing.join(', ')}: run soapstone migrate`)
  }
}
