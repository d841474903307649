import { Command, InvalidArgumentError, Option } from 'commander'
import { STATES, STEPS } from '../domain/notification.ts'
import { type AskedFilter, readFilter } from '../operations/filter.ts'
import { listNotifications } from '../operations/list.ts'
import type { Notification } from '../operations/notification.ts'
import { withLedger } from './context.ts'
import { print, printJson } from './print.ts'
import { table, time } from './table.ts'

interface Options extends AskedFilter {
  limit: number
  json?: true
}

/** soapstone list: notifications, newest first. */
export function listVerb(): Command {
  return new Command('list')
    .description('list notifications, newest first')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .addOption(new Option('--step <step>', 'only those at this step').choices(STEPS))
    .option('--code <code>', 'only those with this error code')
    .option('--record <id>', 'only those of this record')
    .option('--since <time>', 'only those received then or later: 2026-11-25, 2026-11-25T08:30:00Z, or 2h (ago)')
    .option('--until <time>', 'only those received before')
    .option('--limit <n>', 'at most this many', count, 50)
    .option('--json', 'as JSON')
    .action(({ limit, json, ...asked }: Options) => {
      const filter = readFilter(asked, new Date())
      return withLedger(async (ledger, { organizationId }) => {
        const found = await listNotifications(ledger, { ...filter, organizationId }, limit)
        if (json) printJson(found)
        else print(found.length === 0 ? 'none' : tableOf(found))
      })
    })
}

function tableOf(notifications: Notification[]): string {
  return table(
    ['STATE', 'STEP', 'TRIES', 'RECORD', 'NOTIFICATION', 'WHMCS', 'RECEIVED', 'ERROR'],
    notifications.map((one) => [
      one.state,
      one.step,
      one.attempts,
      one.recordId ?? '-',
      one.notificationId,
      one.whmcsOrderId ?? '-',
      time(one.receivedAt),
      one.errorCode ?? '',
    ]),
  )
}

function count(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > 10_000) throw new InvalidArgumentError('1 to 10000')
  return number
}
