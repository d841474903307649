import { Command } from 'commander'
import { prepareSchema } from '../ledger/schema/prepare.ts'
import { print, withLedgerUrl } from './context.ts'

/** soapstone migrate: bring the schema up to date. */
export function migrateVerb(): Command {
  return new Command('migrate').description("bring the ledger's schema up to date").action(() =>
    withLedgerUrl('make', async ({ url }) => {
      const { ran, unknown } = await prepareSchema(url)
      if (ran.length > 0) print(`ran ${ran.join(', ')}`)
      else print(`up to date${unknown.length > 0 ? `, and ahead of this version by ${unknown.join(', ')}` : ''}`)
    }),
  )
}
