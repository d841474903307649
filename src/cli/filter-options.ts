/** The filters of the API as options of a verb. */
import { type Command, Option } from 'commander'
import { PRIORITIES, STATES, STEPS } from '../domain/notification.ts'
import { type AskedFilter, type Filter, readFilter } from '../operations/filter.ts'
import { Refusal } from '../operations/refusal.ts'
import { idOfOrganization } from './organizations.ts'

export function addFilters(verb: Command): Command {
  return verb
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .addOption(new Option('--step <step>', 'only those at this step').choices(STEPS))
    .option('--code <code>', 'only those with this error code')
    .option('--record <id>', 'only those of this record')
    .option('--order <number>', 'only those of the order with this number')
    .option('--whmcs-order <id>', 'only those of this order in WHMCS')
    .option('--source <door>', 'only those that came through this door, such as outbound-message or sweep')
    .addOption(new Option('--priority <priority>', 'only those with this priority').choices(PRIORITIES))
    .option('--text <text>', 'only those whose error message or account name has it')
    .option('--organization <id>', 'only those of this organisation, by its id or its name in the settings')
    .option('--since <time>', 'only those received then or later: 2026-11-25, 2026-11-25T08:30:00Z, or 2h (ago)')
    .option('--until <time>', 'only those received before')
}

/** Of all options those that narrow. */
export function filtersOf(options: AskedFilter): AskedFilter {
  const { state, step, code, record, order, whmcsOrder, source, priority, text, organization, since, until } = options
  return { state, step, code, record, order, whmcsOrder, source, priority, text, organization, since, until }
}

/** Throws a Refusal where one of them can't be understood. */
export function readFilterOptions(options: AskedFilter): Filter {
  return readFilter({ ...filtersOf(options), organization: idOfOrganization(options.organization) }, new Date())
}

/** SALESFORCE_ORG_ID keeps the commands to one organisation, where it is set: no filter may widen that. */
export function filterWithin(set: string | undefined, filter: Filter): Filter {
  const { organization = set } = filter
  if (set === undefined || organization === set) return { ...filter, organization }
  throw new Refusal('invalid', `--organization: SALESFORCE_ORG_ID keeps the commands to ${set}`)
}
