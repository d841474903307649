import { Command } from 'commander'
import { migrate, schemaState } from '../ledger/migrate.ts'
import { print, UsageError, withLedgerUrl } from './context.ts'

/** soapstone migrate: bring the schema up to date. */
export function migrateVerb(): Command {
  return new Command('migrate').description("bring the ledger's schema up to date").action(() =>
    withLedgerUrl(async ({ url }) => {
      const state = await schemaState(url)
      if (state.kind === 'ahead') {
        throw new UsageError(`the database is newer than this version: it has ${state.unknown.join(', ')}`)
      }
      const ran = await migrate(url)
      print(ran.length === 0 ? 'up to date' : `ran ${ran.join(', ')}`)
    }),
  )
}
