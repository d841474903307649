import { Command, Option } from 'commander'
import { STEPS } from '../domain/notification.ts'
import { replayNotification } from '../operations/replay.ts'
import { currentUser, withLedger } from './context.ts'
import { print, printJson } from './print.ts'

interface Options {
  reason: string
  step?: string
  json?: true
}

/** soapstone replay: put a final notification back to work. */
export function replayVerb(): Command {
  return new Command('replay')
    .description('put a final notification back to work; its attempts start anew')
    .argument('<id>', 'notification id or record id, 15 or 18 characters')
    .requiredOption('--reason <text>', 'why you do it; it is kept in ledger.audit')
    .addOption(new Option('--step <step>', 'go on at this step, instead of the one that fits').choices(STEPS))
    .option('--json', 'as JSON')
    .action((id: string, { reason, step, json }: Options) =>
      withLedger(async (ledger, { organizationId }) => {
        const replayed = await replayNotification(ledger, { id, organizationId, reason, step, by: currentUser() })
        if (json) printJson(replayed)
        else print(`${replayed.notification.notificationId} goes on at ${replayed.goesOnAt}`)
      }),
    )
}
