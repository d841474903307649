import { Command } from 'commander'
import { remedyOf } from '../domain/codes.ts'
import { toId18 } from '../domain/salesforce-id.ts'
import { createInspector } from '../ledger/people/inspect.ts'
import type { Shown } from '../ledger/people/show.ts'
import { print, printJson, UsageError, withLedger } from './context.ts'
import { span, table, time } from './table.ts'

/** soapstone show: one notification and everything that was tried for it. */
export function showVerb(): Command {
  return new Command('show')
    .description('one notification and everything that was tried for it')
    .argument('<id>', 'notification id or record id, 15 or 18 characters')
    .option('--json', 'as JSON')
    .action((id: string, { json }: { json?: true }) =>
      withLedger(async (pool, { organizationId }) => {
        const shown = await createInspector(pool).show(toId18(id) ?? id, organizationId)
        if (shown === undefined) throw new UsageError(`there is no notification or record ${id}`)
        if (json) printJson(shown)
        else printShown(shown)
      }),
    )
}

function printShown({ notification: n, attempts, replays }: Shown): void {
  const facts: [string, string | undefined][] = [
    ['notification', n.notification_id],
    ['record', n.record_id === undefined ? undefined : `${n.record_type} ${n.record_id}`],
    ['state', n.state],
    ['step', n.step],
    ['error', n.error_code === undefined ? undefined : `${n.error_code}: ${n.error_message ?? ''}`],
    ['remedy', remedyOf(n.error_code)],
    ['superseded by', n.superseded_by],
    ['WHMCS order', n.whmcs_order_id],
    ['WHMCS client', n.whmcs_client_id],
    ['provisioning', provisioningOf(n)],
    ['received', time(n.received_at)],
    ['next attempt', n.next_attempt_at && time(n.next_attempt_at)],
    ['final', n.finalized_at && time(n.finalized_at)],
    ['session', n.has_session ? 'sealed' : undefined],
    ['fields', JSON.stringify(n.fields)],
  ]
  for (const [name, value] of facts) if (value !== undefined && value !== '') print(`${name.padEnd(14)} ${value}`)
  if (attempts.length > 0) {
    print('')
    print(
      table(
        ['ATTEMPT', 'STEP', 'OUTCOME', 'STARTED', 'TOOK', 'CODE', 'MESSAGE'],
        attempts.map((a) => [
          a.attempt_no,
          a.step,
          a.outcome,
          time(a.started_at),
          span((a.finished_at.getTime() - a.started_at.getTime()) / 1000),
          a.code,
          a.message,
        ]),
      ),
    )
  }
  for (const r of replays)
    print(`\nreplayed at ${time(r.requested_at)} by ${r.requested_by} from ${r.from_state}: ${r.reason}`)
}

function provisioningOf(n: Shown['notification']): string | undefined {
  if (n.provisioning === undefined) return undefined
  const how = n.adopted ? 'found in WHMCS and adopted' : `AddOrder sent ${n.sends} time${n.sends === 1 ? '' : 's'}`
  return `${n.provisioning}, ${how}`
}
