import { Command } from 'commander'
import { readId } from '../operations/filter.ts'
import { Refusal } from '../operations/refusal.ts'
import { type Swept, sweepOrders } from '../operations/sweep.ts'
import { requireConfig } from './context.ts'
import { idOfOrganization, organizationColumn } from './organizations.ts'
import { oneLine, print, printJson } from './print.ts'

interface Options {
  since: string
  organization?: string
  dryRun?: true
  json?: true
}

/** soapstone sweep: what Salesforce has approved and no message has brought. */
export function sweepVerb(): Command {
  return new Command('sweep')
    .description('record approved orders without a provisioning status that no message has brought')
    .requiredOption('--since <time>', 'only those changed since: 2026-11-24T08:00Z, or 36h, 7d (ago)')
    .option('--organization <id>', 'only in this organisation, by its id or its name in the settings; else in all')
    .option('--dry-run', 'only list them')
    .option('--json', 'as JSON')
    .action(async ({ since, organization, dryRun, json }: Options) => {
      const { config } = requireConfig()
      const { withSweeps } = await import('../service/sweep.ts')
      const how = dryRun ? 'dry-run' : 'record'
      const only = readId('--organization', idOfOrganization(organization))
      const swept = await withSweeps(config, (all) => {
        const sweeps = all.filter(({ organizationId }) => only === undefined || organizationId === only)
        if (sweeps.length === 0) throw new Refusal('invalid', `--organization: ${only} is not one of the settings`)
        return sweepOrders(sweeps, { since, how, now: new Date() })
      })
      if (json) printJson(swept)
      else printSwept(swept, how)
    })
}

function printSwept({ orders, found, unknown, recorded }: Swept, how: 'record' | 'dry-run'): void {
  const organization = organizationColumn(orders.map(({ organizationId }) => organizationId))
  for (const { organizationId, orderId, orderNumber = '-', changedAt } of orders) {
    const cells = [...organization.cells(organizationId), orderId, orderNumber, changedAt.toISOString()]
    print(oneLine(cells.join('  ')))
  }
  const what = how === 'dry-run' ? 'nothing recorded (--dry-run)' : `${recorded} recorded`
  print(`${found} approved without a provisioning status, ${unknown} unknown to the ledger, ${what}`)
}
