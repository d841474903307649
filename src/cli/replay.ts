import { userInfo } from 'node:os'
import { Command, Option } from 'commander'
import { STEPS } from '../domain/notification.ts'
import { toId18 } from '../domain/salesforce-id.ts'
import { createInspector } from '../ledger/people/inspect.ts'
import { replay } from '../ledger/people/replay.ts'
import { print, UsageError, withLedger } from './context.ts'

/** soapstone replay: put a final notification back to work. */
export function replayVerb(): Command {
  return new Command('replay')
    .description('put a final notification back to work, with a fresh retry budget')
    .argument('<id>', 'notification id or record id, 15 or 18 characters')
    .requiredOption('--reason <text>', 'why: it is kept in ledger.replayed')
    .addOption(new Option('--step <step>', 'at this step instead of where it makes sense').choices(STEPS))
    .action((id: string, { reason, step }: { reason: string; step?: string }) =>
      withLedger(async (pool, { organizationId }) => {
        const shown = await createInspector(pool).show(toId18(id) ?? id, organizationId)
        if (shown === undefined) throw new UsageError(`there is no notification or record ${id}`)
        const { organization_id, notification_id } = shown.notification
        const request = {
          organizationId: organization_id,
          notificationId: notification_id,
          reason,
          by: userInfo().username,
        }
        const at = await replay(pool, { ...request, ...(step !== undefined && { step }) }).catch((error: unknown) => {
          throw new UsageError(error instanceof Error ? error.message : String(error))
        })
        print(`${notification_id} goes on at ${at}`)
      }),
    )
}
