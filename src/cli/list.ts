import { Command, InvalidArgumentError, Option } from 'commander'
import { STATES, STEPS } from '../domain/notification.ts'
import { toId18 } from '../domain/salesforce-id.ts'
import { createInspector } from '../ledger/people/inspect.ts'
import { print, printJson, withLedger } from './context.ts'
import { table, time } from './table.ts'

interface Options {
  state?: string
  step?: string
  code?: string
  record?: string
  limit: number
  json?: true
}

/** soapstone list: notifications, newest first. */
export function listVerb(): Command {
  return new Command('list')
    .description('notifications, newest first')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .addOption(new Option('--step <step>', 'only those at this step').choices(STEPS))
    .option('--code <code>', 'only those with this error code')
    .option('--record <id>', 'only those of this record')
    .option('--limit <n>', 'at most this many', count, 50)
    .option('--json', 'as JSON')
    .action(({ state, step, code, record, limit, json }: Options) =>
      withLedger(async (pool, { organizationId }) => {
        const recordId = record === undefined ? undefined : (toId18(record) ?? record)
        const rows = await createInspector(pool).list({
          limit,
          ...(organizationId !== undefined && { organizationId }),
          ...(state !== undefined && { state }),
          ...(step !== undefined && { step }),
          ...(code !== undefined && { code }),
          ...(recordId !== undefined && { recordId }),
        })
        if (json) return printJson(rows)
        if (rows.length === 0) return print('none')
        print(
          table(
            ['STATE', 'STEP', 'TRIES', 'RECORD', 'NOTIFICATION', 'WHMCS', 'RECEIVED', 'ERROR'],
            rows.map((row) => [
              row.state,
              row.step,
              row.attempts,
              row.record_id ?? '-',
              row.notification_id,
              row.whmcs_order_id ?? '-',
              time(row.received_at),
              row.error_code ?? '',
            ]),
          ),
        )
      }),
    )
}

function count(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > 10_000) throw new InvalidArgumentError('1 to 10000')
  return number
}
