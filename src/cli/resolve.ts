import { userInfo } from 'node:os'
import { Command } from 'commander'
import { toId18 } from '../domain/salesforce-id.ts'
import { createInspector } from '../ledger/people/inspect.ts'
import { replay, resolve } from '../ledger/people/replay.ts'
import { transaction } from '../ledger/postgres/pool.ts'
import { print, UsageError, withLedger } from './context.ts'

interface Options {
  whmcsOrder?: string
  notCreated?: true
  reason: string
}

/** soapstone resolve: say what became of an AddOrder whose answer was lost, and go on. */
export function resolveVerb(): Command {
  return new Command('resolve')
    .description('say what became of an AddOrder whose answer was lost, where Soapstone could not tell, and go on')
    .argument('<id>', 'notification id or record id, 15 or 18 characters')
    .option('--whmcs-order <id>', 'it is this order in WHMCS')
    .option('--not-created', 'it was never made')
    .requiredOption('--reason <text>', 'how you know: it is kept in ledger.replayed')
    .action((id: string, { whmcsOrder, notCreated, reason }: Options) =>
      withLedger(async (pool, { organizationId }) => {
        if ((whmcsOrder === undefined) === (notCreated === undefined)) {
          throw new UsageError('say either --whmcs-order <id> or --not-created')
        }
        const shown = await createInspector(pool).show(toId18(id) ?? id, organizationId)
        if (shown?.notification.record_id === undefined)
          throw new UsageError(`there is no notification or record ${id}`)
        const { organization_id, notification_id, record_id, state } = shown.notification
        if (state !== 'dead') throw new UsageError(`${notification_id} is ${state}: only dead letters are resolved`)
        const by = userInfo().username
        const at = await transaction(pool, async (runner) => {
          const order = { organizationId: organization_id, orderId: record_id }
          if (!(await resolve(runner, { ...order, ...(whmcsOrder !== undefined && { whmcsOrderId: whmcsOrder }) }))) {
            throw new UsageError(`nothing is unknown about ${record_id}, or a worker has it: see soapstone show`)
          }
          return replay(runner, { organizationId: organization_id, notificationId: notification_id, reason, by })
        })
        print(`${notification_id} goes on at ${at}`)
      }),
    )
}
