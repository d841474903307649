import { Command } from 'commander'
import { dismissNotification } from '../operations/dismiss.ts'
import { toWire } from '../operations/wire.ts'
import { currentUser, withLedger } from './context.ts'
import { print, printJson } from './print.ts'

/** soapstone dismiss: put a dead letter aside. */
export function dismissVerb(): Command {
  return new Command('dismiss')
    .description('put a dead letter aside: nothing is done for it any more; it can be replayed')
    .argument('<id>', 'notification id or record id, 15 or 18 characters')
    .requiredOption('--reason <text>', 'why nothing has to be done; it is kept in ledger.audit')
    .option('--json', 'as JSON')
    .action((id: string, { reason, json }: { reason: string; json?: true }) =>
      withLedger(async (ledger, { organizationId }) => {
        const dismissed = await dismissNotification(ledger, { id, organizationId, reason, by: currentUser() })
        if (json) printJson(toWire(dismissed))
        else print(`${dismissed.notification.notificationId} is dismissed`)
      }),
    )
}
