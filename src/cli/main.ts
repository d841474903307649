/** soapstone <verb>. The only place that reads argv and ends the process. */
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { BadContract } from '../doors/outbound-message/contract.ts'
import { LedgerUnreachable } from '../ledger/schema/migrate.ts'
import { WrongSchema } from '../ledger/schema/prepare.ts'
import { Explained } from '../runtime/explained.ts'
import { configVerb } from './config.ts'
import { UsageError } from './context.ts'
import { contractVerb } from './contract.ts'
import { listVerb } from './list.ts'
import { migrateVerb } from './migrate.ts'
import { replayVerb } from './replay.ts'
import { resolveVerb } from './resolve.ts'
import { serveVerb } from './serve.ts'
import { showVerb } from './show.ts'
import { statusVerb } from './status.ts'

const { version } = JSON.parse(readFileSync(new URL(import.meta.resolve('#package')), 'utf8'))

const program = new Command('soapstone')
  .description('The durable inbox between Salesforce outbound messages and WHMCS.')
  .version(version)
  .showHelpAfterError()

for (const verb of [
  serveVerb,
  migrateVerb,
  statusVerb,
  listVerb,
  showVerb,
  replayVerb,
  resolveVerb,
  configVerb,
  contractVerb,
]) {
  program.addCommand(verb())
}

try {
  await program.parseAsync()
} catch (error) {
  // What the user can mend is a sentence; everything else is ours, with its stack.
  process.stderr.write(`soapstone: ${explain(error)}\n`)
  process.exit(1)
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const explained = [UsageError, Explained, WrongSchema, LedgerUnreachable, BadContract].some(
    (kind) => error instanceof kind,
  )
  return explained ? error.message : (error.stack ?? error.message)
}
