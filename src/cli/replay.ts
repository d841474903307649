import { Command, Option } from 'commander'
import { STEPS } from '../domain/notification.ts'
import type { AskedFilter } from '../operations/filter.ts'
import { Refusal } from '../operations/refusal.ts'
import { replayNotification } from '../operations/replay.ts'
import { toWire } from '../operations/wire.ts'
import { currentUser, withLedger } from './context.ts'
import { addFilters, filtersOf } from './filter-options.ts'
import { print, printJson } from './print.ts'
import { replayMany } from './replay-many.ts'

interface Options extends AskedFilter {
  reason: string
  at?: string
  dryRun?: true
  yes?: true
  json?: true
}

/** soapstone replay: put a final notification back to work, or all that fit a filter. */
export function replayVerb(): Command {
  return addFilters(
    new Command('replay').description('put final notifications back to work; their attempts start anew'),
  )
    .argument('[id]', 'notification id or record id, 15 or 18 characters; without it all that fit the filters')
    .requiredOption('--reason <text>', 'why you do it; it is kept in ledger.audit')
    .addOption(new Option('--at <step>', 'one: go on at this step, instead of the one that fits').choices(STEPS))
    .option('--dry-run', 'many: show how many there are and the newest, and do nothing')
    .option('--yes', 'many: do not ask')
    .option('--json', 'as JSON')
    .action((id: string | undefined, options: Options) => {
      const filters = filtersOf(options)
      const given = Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [name]))
      if (id !== undefined) return replayOne(id, { ...options, given })
      if (given.length === 0) throw new Refusal('invalid', 'say which: an id, or a filter such as --code')
      if (options.at !== undefined) throw new Refusal('invalid', '--at is for one notification')
      return replayMany({ ...options, filters })
    })
}

function replayOne(id: string, { reason, at, step, json, given }: Options & { given: string[] }): Promise<void> {
  // For one, --step has always meant where it goes on.
  const others = given.filter((name) => name !== 'step')
  if (others.length > 0) throw new Refusal('invalid', 'say either an id or filters, not both')
  return withLedger(async (ledger, { organizationId }) => {
    const request = { id, organizationId, reason, step: at ?? step, by: currentUser() }
    const replayed = await replayNotification(ledger, request)
    if (json) printJson(toWire(replayed))
    else print(`${replayed.notification.notificationId} goes on at ${replayed.goesOnAt}`)
  })
}
