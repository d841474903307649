import { Command, InvalidArgumentError, Option } from 'commander'
import type { AskedFilter } from '../operations/filter.ts'
import { listNotifications } from '../operations/list.ts'
import type { Notification } from '../operations/notification.ts'
import { SORTS } from '../operations/sort.ts'
import { toWire } from '../operations/wire.ts'
import { withLedger } from './context.ts'
import { addFilters, filterWithin, readFilterOptions } from './filter-options.ts'
import { organizationColumn } from './organizations.ts'
import { print, printJson } from './print.ts'
import { printTable, time, toneOfState } from './table.ts'

interface Options extends AskedFilter {
  limit: number
  sort?: string
  json?: true
}

/** soapstone list: notifications in order. */
export function listVerb(): Command {
  return addFilters(new Command('list').description('list notifications, the newest first'))
    .addOption(new Option('--sort <time>', 'in order of this time; with - before it from the latest on').choices(SORTS))
    .option('--limit <n>', 'at most this many', count, 50)
    .option('--json', 'as JSON')
    .action(({ limit, sort, json, ...asked }: Options) => {
      const filter = readFilterOptions(asked)
      return withLedger(async (ledger, { organizationId }) => {
        const { items } = await listNotifications(ledger, filterWithin(organizationId, filter), { limit, sort })
        if (json) printJson(toWire(items))
        else if (items.length === 0) print('none')
        else printNotifications(items)
      })
    })
}

export function printNotifications(notifications: Notification[]): void {
  const organization = organizationColumn(notifications.map(({ organizationId }) => organizationId))
  printTable(
    [...organization.header, 'STATE', 'STEP', 'TRIES', 'ORDER', 'RECORD', 'NOTIFICATION', 'WHMCS', 'RECEIVED', 'ERROR'],
    notifications.map((one) => [
      ...organization.cells(one.organizationId),
      one.state,
      one.step,
      one.attempts,
      one.orderNumber ?? '-',
      one.recordId ?? '-',
      one.notificationId,
      one.whmcsOrderId ?? '-',
      time(one.receivedAt),
      one.errorCode ?? '',
    ]),
    (row) => toneOfState(notifications[row]?.state ?? ''),
  )
}

function count(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > 10_000) throw new InvalidArgumentError('1 to 10000')
  return number
}
