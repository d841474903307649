import { Command } from 'commander'
import type { Act, Attempt, Provisioning } from '../operations/notification.ts'
import { type ShownWithRemedy, showNotification } from '../operations/show.ts'
import { toWire } from '../operations/wire.ts'
import { withLedger } from './context.ts'
import { printNotifications } from './list.ts'
import { organizationColumn } from './organizations.ts'
import { oneLine, print, printJson } from './print.ts'
import { span, table, time } from './table.ts'

/** soapstone show: one notification and everything that was tried for it. */
export function showVerb(): Command {
  return new Command('show')
    .description('show one notification and everything that was tried for it')
    .argument('<id>', 'notification id or record id, 15 or 18 characters')
    .option('--json', 'as JSON')
    .action((id: string, { json }: { json?: true }) =>
      withLedger(async (ledger, { organizationId }) => {
        const shown = await showNotification(ledger, { id, organizationId })
        if (json) printJson(toWire(shown))
        else printShown(shown)
      }),
    )
}

function printShown({ notification: n, attempts, acts, provisioning, message, remedy, others }: ShownWithRemedy): void {
  const facts: [string, string | undefined][] = [
    ['notification', n.notificationId],
    ['organisation', organizationColumn([n.organizationId]).cells(n.organizationId)[0]],
    ['record', n.recordId === undefined ? undefined : `${n.recordType} ${n.recordId}`],
    ['order', n.orderNumber && `${n.orderNumber}${n.accountName ? ` of ${n.accountName}` : ''}`],
    ['state', n.state],
    ['priority', n.priority],
    ['step', n.step],
    ['error', n.errorCode === undefined ? undefined : `${n.errorCode}: ${n.errorMessage ?? ''}`],
    ['remedy', remedy],
    ['superseded by', n.supersededBy],
    ['WHMCS order', n.whmcsOrderId],
    ['WHMCS client', provisioning?.whmcsClientId],
    ['provisioning', provisioning && inWords(provisioning)],
    ['received', time(n.receivedAt)],
    ['next attempt', time(n.nextAttemptAt)],
    ['final', time(n.finalizedAt)],
    ['session', message.hasSession ? 'sealed' : undefined],
    ['fields', JSON.stringify(message.fields)],
  ]
  for (const [name, value] of facts) {
    if (value !== undefined && value !== '') print(`${name.padEnd(14)} ${oneLine(value)}`)
  }
  if (attempts.length > 0) print(`\n${attemptsTable(attempts)}`)
  for (const one of attempts) printExchanges(one)
  for (const one of acts) print(`\n${oneLine(actInWords(one))}`)
  if (others.length === 0) return
  print('\nothers of this record')
  printNotifications(others)
}

function attemptsTable(attempts: Attempt[]): string {
  return table(
    ['ATTEMPT', 'STEP', 'OUTCOME', 'STARTED', 'TOOK', 'CODE', 'MESSAGE'],
    attempts.map((one) => [
      one.attemptNo,
      one.step,
      one.outcome,
      time(one.startedAt),
      span((one.finishedAt.getTime() - one.startedAt.getTime()) / 1000),
      one.code,
      one.message,
    ]),
  )
}

/** What was asked and answered, a line each. */
function printExchanges({ attemptNo, exchanges }: Attempt): void {
  if (!Array.isArray(exchanges)) return
  for (const { action, asked, answered } of exchanges) {
    if (asked !== undefined) print(oneLine(`${attemptNo} asked ${action}: ${JSON.stringify(asked)}`))
    print(
      oneLine(`${attemptNo} answered ${action}: ${typeof answered === 'string' ? answered : JSON.stringify(answered)}`),
    )
  }
}

const DONE: Record<string, string> = { replay: 'replayed', dismiss: 'dismissed', resolve: 'resolved' }

function actInWords({ act, requestedAt, requestedBy, fromState, reason, detail }: Act): string {
  const done = DONE[act] ?? act.replaceAll('_', ' ')
  const from = fromState === undefined ? '' : ` from ${fromState}`
  return `${done} at ${time(requestedAt)} by ${requestedBy}${from}: ${reason ?? JSON.stringify(detail)}`
}

function inWords({ state, sends, adopted }: Provisioning): string {
  const how = adopted ? 'found in WHMCS and adopted' : `AddOrder sent ${sends} time${sends === 1 ? '' : 's'}`
  return `${state}, ${how}`
}
