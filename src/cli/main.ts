/** soapstone <verb>. The only place that reads argv and ends the process. Verbs load what they need when they run. */
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { auditVerb } from './audit.ts'
import { bundleVerb } from './bundle.ts'
import { cancelVerb } from './cancel.ts'
import { completionVerb } from './completion.ts'
import { configVerb } from './config.ts'
import { contractVerb } from './contract.ts'
import { dismissVerb } from './dismiss.ts'
import { doctorVerb } from './doctor.ts'
import { explain } from './explain.ts'
import { exportVerb } from './export.ts'
import { linkVerb } from './link.ts'
import { listVerb } from './list.ts'
import { mappingVerb } from './mapping.ts'
import { migrateVerb } from './migrate.ts'
import { packageVerb } from './package.ts'
import { visible } from './print.ts'
import { replayVerb } from './replay.ts'
import { resolveVerb } from './resolve.ts'
import { sendVerb } from './send.ts'
import { serveVerb } from './serve.ts'
import { showVerb } from './show.ts'
import { statusVerb } from './status.ts'
import { sweepVerb } from './sweep.ts'
import { tokenVerb } from './token.ts'
import { topVerb } from './top.ts'
import { webhookVerb } from './webhook.ts'

const { version } = JSON.parse(readFileSync(new URL(import.meta.resolve('#package')), 'utf8'))

const program = new Command('soapstone')
  .description('The durable inbox between Salesforce outbound messages and WHMCS.')
  .version(version)
  .showHelpAfterError()
  .exitOverride()
  .configureOutput({ writeErr: (text) => process.stderr.write(visible(text)) })

for (const verb of [
  serveVerb,
  migrateVerb,
  statusVerb,
  listVerb,
  showVerb,
  replayVerb,
  dismissVerb,
  cancelVerb,
  resolveVerb,
  sweepVerb,
  auditVerb,
  exportVerb,
  topVerb,
  () => completionVerb(program),
  configVerb,
  contractVerb,
  doctorVerb,
  bundleVerb,
  mappingVerb,
  sendVerb,
  linkVerb,
  packageVerb,
  tokenVerb,
  webhookVerb,
]) {
  program.addCommand(inherit(verb()))
}

/** How errors are said and how a command ends holds for the commands below it, too. */
function inherit(command: Command): Command {
  for (const inner of command.commands) inherit(inner)
  return command.copyInheritedSettings(program)
}

/** Whoever read the output has seen enough, as `head` has. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit()
  throw error
}
process.stdout.on('error', endWithReader)
// It goes on working when nobody reads its log.
program.hook('preAction', (_, verb) => {
  if (verb.name() === 'serve') process.stdout.off('error', endWithReader)
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = report(error)
  // The exit code is said; but what a failed verb left open must not keep the process.
  process.exit()
}

function report(error: unknown): number {
  // Commander has said it already. Help and version are asked for: nothing is wrong then.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const { text, exitCode } = explain(error)
  process.stderr.write(`soapstone: ${visible(text)}\n`)
  return exitCode
}
