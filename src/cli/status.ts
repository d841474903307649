import { Command } from 'commander'
import { type PausedStep, readStatus, type Status } from '../operations/status.ts'
import { toWire } from '../operations/wire.ts'
import { withLedger } from './context.ts'
import { namedOrganizations, type OrganizationColumn, organizationColumn } from './organizations.ts'
import { oneLine, print, printJson } from './print.ts'
import { span, table, time } from './table.ts'

/** soapstone status: what is open, what is dead, what stands still, what to see to. */
export function statusVerb(): Command {
  return new Command('status')
    .description('show what is open, what is dead, and what stands still')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: true }) =>
      withLedger(async (ledger, { warnings }) => {
        const status = await readStatus(ledger, { organizations: namedOrganizations(), warnings })
        if (json) printJson(toWire(status))
        else printStatus(status)
      }),
    )
}

function printStatus(status: Status): void {
  const { counts, lastHour, swept, pauses, subscriptions, mappings, workers, salesforce, schema, warnings } = status
  const organization = columnOf(status)
  const ofWhom = ({ organizationId }: { organizationId: string }) =>
    organization
      .cells(organizationId)
      .map((name) => `${name}: `)
      .join('')
  const rows = counts.map((row) => [
    ...organization.cells(row.organizationId),
    ...[row.state, row.step, row.notifications, span(row.oldestSeconds)],
  ])
  const header = [...organization.header, 'STATE', 'STEP', 'COUNT', 'OLDEST']
  print(rows.length === 0 ? 'nothing open, no dead letters' : table(header, rows))
  if (lastHour) {
    const { received, completed, ignored, superseded, dead } = lastHour
    print(
      `last hour: ${received} received, ${completed} completed, ${ignored} ignored, ${superseded} superseded, ${dead} dead`,
    )
  }
  if (swept) print(`sweep: ${swept.notifications} recorded within a day, the last at ${swept.lastAt.toISOString()}`)
  for (const { organizationId, hash, since } of mappings) {
    const [name = organizationId] = organization.cells(organizationId)
    print(`mapping ${hash} of ${name}, in force since ${since.toISOString()}`)
  }
  for (const subscription of subscriptions) printSubscription(subscription, ofWhom(subscription))
  for (const one of pauses) print(oneLine(ofWhom(one) + pauseInWords(one)))
  for (const { worker, version, startedAt } of workers) {
    print(oneLine(`process ${worker} of version ${version}, since ${time(startedAt)}`))
  }
  if (salesforce) print(`Salesforce: ${salesforce.remaining} of the day's ${salesforce.max} calls are left`)
  if (schema.missing.length > 0) {
    print(`the schema lacks ${schema.missing.join(', ')}: serve and soapstone migrate bring it up to date`)
  }
  if (schema.unknown.length > 0) print(`the schema is ahead of this version by ${schema.unknown.join(', ')}`)
  for (const warning of warnings) print(`warning: ${warning}`)
}

function columnOf({ organizations, mappings, subscriptions }: Status): OrganizationColumn {
  const ids = [...mappings, ...subscriptions].map(({ organizationId }) => organizationId)
  return organizationColumn(
    ids,
    organizations.map(({ organizationId: id, name }) => ({ id, name })),
  )
}

function pauseInWords({ step, code, message, worker, byPerson, until, secondsLeft }: PausedStep): string {
  if (byPerson)
    return `${step} was stopped by ${worker}, ${until ? `until ${time(until)}` : 'until resumed'}: ${message}`
  return `${step} stands still, ${code}: ${message} (looks again in ${span(secondsLeft ?? 0)})`
}

function printSubscription(subscription: Status['subscriptions'][number], ofWhom: string): void {
  const { topic, state, recorded, own, undecodable, errorCode, errorMessage, positionAt, sweepSince, deliveries } =
    subscription
  const position = positionAt === null ? 'no position yet' : `position of ${positionAt.toISOString()}`
  print(`${ofWhom}${topic} is ${state}: ${recorded} recorded, ${own} own, ${undecodable} not readable, ${position}`)
  if (errorCode !== null) print(oneLine(`  ${errorCode}: ${errorMessage ?? ''}`))
  if (sweepSince !== null) print(`  orders changed since ${sweepSince.toISOString()} are still to be asked for`)
  if (deliveries !== null) print(`  ${deliveries.remaining} of ${deliveries.max} deliveries are left for 24 hours`)
}
