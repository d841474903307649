import { Command } from 'commander'
import { requireLedgerConfig } from './context.ts'
import { print, printJson } from './print.ts'

/** soapstone migrate: bring the schema up to date. */
export function migrateVerb(): Command {
  return new Command('migrate')
    .description("bring the ledger's schema up to date")
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: true }) => {
      const config = requireLedgerConfig()
      const { openDatabase } = await import('../service/database.ts')
      const { prepareSchema } = await import('../ledger/schema/prepare.ts')
      const database = await openDatabase(config, 'make')
      try {
        const { ran, unknown, warnings } = await prepareSchema(database.url, (holder, seconds) =>
          process.stderr.write(
            `soapstone: waits, for ${seconds} s by now: another process migrates the ledger: ${holder}\n`,
          ),
        )
        for (const warning of warnings) process.stderr.write(`soapstone: ${warning}\n`)
        if (json) printJson({ ran, unknown, warnings })
        else if (ran.length > 0) print(`ran ${ran.join(', ')}`)
        else print(`up to date${unknown.length > 0 ? `, and ahead of this version by ${unknown.join(', ')}` : ''}`)
      } finally {
        await database.close()
      }
    })
}
