import { Command } from 'commander'
import { type AskedAudit, type AuditEntry, listAudit, readAuditFilter } from '../operations/audit.ts'
import { readLimit } from '../operations/page.ts'
import { toWire } from '../operations/wire.ts'
import { withLedger } from './context.ts'
import { organizationColumn } from './organizations.ts'
import { print, printJson } from './print.ts'
import { printTable, time } from './table.ts'

interface Options extends AskedAudit {
  limit?: string
  json?: true
}

/** soapstone audit: who did what, and why. */
export function auditVerb(): Command {
  return new Command('audit')
    .description('show who did what and why, newest first')
    .option('--actor <name>', 'only what this person or token did')
    .option('--act <act>', 'only acts of this kind, such as replay, dismiss, resolve, hand_change')
    .option('--notification <id>', 'only what was done to this notification')
    .option('--record <id>', 'only what was done to this record')
    .option('--since <time>', 'only then or later: 2026-11-25, 2026-11-25T08:30:00Z, or 2h (ago)')
    .option('--until <time>', 'only before')
    .option('--limit <n>', 'at most this many, 1 to 200; 50 by default')
    .option('--json', 'as JSON')
    .action(({ limit, json, ...asked }: Options) => {
      const filter = readAuditFilter(asked, new Date())
      const most = readLimit(limit)
      return withLedger(async (ledger) => {
        const { items } = await listAudit(ledger, filter, { limit: most })
        if (json) printJson(toWire(items))
        else if (items.length === 0) print('none')
        else printEntries(items)
      })
    })
}

function printEntries(entries: AuditEntry[]): void {
  const organization = organizationColumn(entries.map(({ organizationId }) => organizationId))
  printTable(
    [...organization.header, 'WHEN', 'ACT', 'WHO', 'LOGIN', 'VIA', 'NOTIFICATION', 'RECORD', 'WHY'],
    entries.map((one) => [
      ...organization.cells(one.organizationId),
      time(one.at),
      one.act,
      one.actor,
      one.login,
      one.via,
      one.notificationId ?? '-',
      one.recordId ?? '-',
      one.reason ?? JSON.stringify(one.detail),
    ]),
  )
}
