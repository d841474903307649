/** Before work begins: the schema is the one that this version needs, or it refuses to start and says what to run. */
import { migrate, schemaState } from './migrate.ts'

/** The database is not as this version needs it; the message says what to do. */
export class WrongSchema extends Error {}

/**
 * An empty or embedded database is brought up to date; a production schema is changed by `soapstone migrate` alone.
 * Returns the migrations that ran.
 */
export async function prepareSchema(url: string, database: 'embedded' | 'external'): Promise<string[]> {
  const state = await schemaState(url)
  if (state.kind === 'ahead') {
    throw new WrongSchema(
      `the database is newer than this version (it has ${state.unknown.join(', ')}): install a newer soapstone`,
    )
  }
  if (state.kind === 'behind' && database === 'external') {
    throw new WrongSchema(
      `the database is older than this version (it lacks ${state.missing.join(', ')}): run soapstone migrate`,
    )
  }
  return state.kind === 'current' ? [] : await migrate(url)
}
