import { Command } from 'commander'
import { type Swept, sweepOrders } from '../operations/sweep.ts'
import { requireConfig } from './context.ts'
import { oneLine, print, printJson } from './print.ts'

interface Options {
  since: string
  dryRun?: true
  json?: true
}

/** soapstone sweep: what Salesforce has approved and no message has brought. */
export function sweepVerb(): Command {
  return new Command('sweep')
    .description('record approved orders without a provisioning status that no message has brought')
    .requiredOption('--since <time>', 'only those changed since: 2026-11-24T08:00Z, or 36h, 7d (ago)')
    .option('--dry-run', 'only list them')
    .option('--json', 'as JSON')
    .action(async ({ since, dryRun, json }: Options) => {
      const { config } = requireConfig()
      const { withSweeps } = await import('../service/sweep.ts')
      const how = dryRun ? 'dry-run' : 'record'
      const swept = await withSweeps(config, (sweeps) => sweepOrders(sweeps, { since, how, now: new Date() }))
      if (json) printJson(swept)
      else printSwept(swept, how)
    })
}

function printSwept({ orders, found, unknown, recorded }: Swept, how: 'record' | 'dry-run'): void {
  for (const { orderId, orderNumber = '-', changedAt } of orders) {
    print(oneLine([orderId, orderNumber, changedAt.toISOString()].join('  ')))
  }
  const what = how === 'dry-run' ? 'nothing recorded (--dry-run)' : `${recorded} recorded`
  print(`${found} approved without a provisioning status, ${unknown} unknown to the ledger, ${what}`)
}
