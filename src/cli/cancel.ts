import { Command } from 'commander'
import { cancelNotification } from '../operations/cancel.ts'
import { toWire } from '../operations/wire.ts'
import { currentUser, withLedger } from './context.ts'
import { print, printJson } from './print.ts'

/** soapstone cancel: what Salesforce has taken back ends in WHMCS, too. */
export function cancelVerb(): Command {
  return new Command('cancel')
    .description('cancel in WHMCS what was cancelled or deleted in Salesforce (dead letters with ORDER_CANCELLED)')
    .argument('<id>', 'notification id or record id, 15 or 18 characters')
    .requiredOption('--reason <text>', 'why; it is kept in ledger.audit')
    .option('--json', 'as JSON')
    .action((id: string, { reason, json }: { reason: string; json?: true }) =>
      withLedger(async (ledger, { organizationId }) => {
        const cancelled = await cancelNotification(ledger, { id, organizationId, reason, by: currentUser() })
        if (json) printJson(toWire(cancelled))
        else print(`${cancelled.notification.notificationId} goes back to work: its order is cancelled in WHMCS`)
      }),
    )
}
