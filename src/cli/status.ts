import { Command } from 'commander'
import { createInspector } from '../ledger/people/inspect.ts'
import { print, printJson, withLedger } from './context.ts'
import { span, table } from './table.ts'

/** soapstone status: what is open, what is dead, what stands still. */
export function statusVerb(): Command {
  return new Command('status')
    .description('what is open, what is dead, what stands still')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: true }) =>
      withLedger(async (pool, { schema, warnings }) => {
        const status = await createInspector(pool).status()
        if (json) return printJson({ ...status, schema, warnings })
        const { counts, lastHour, pauses } = status
        print(
          counts.length === 0
            ? 'nothing open, no dead letters'
            : table(
                ['STATE', 'STEP', 'COUNT', 'OLDEST'],
                counts.map((row) => [row.state, row.step, row.notifications, span(row.oldest_seconds)]),
              ),
        )
        if (lastHour) {
          const { received, completed, ignored, superseded, dead } = lastHour
          print(
            `last hour: ${received} received, ${completed} completed, ${ignored} ignored, ${superseded} superseded, ${dead} dead`,
          )
        }
        for (const { step, code, message, seconds_left } of pauses) {
          print(`${step} stands still, ${code}: ${message} (looks again in ${span(seconds_left)})`)
        }
        if (schema.kind === 'behind' || schema.kind === 'diverged') {
          print(`the schema lacks ${schema.missing.join(', ')}: serve and soapstone migrate bring it up to date`)
        }
        if (schema.kind === 'ahead' || schema.kind === 'diverged') {
          print(`the schema is ahead of this version by ${schema.unknown.join(', ')}`)
        }
        for (const warning of warnings) print(`warning: ${warning}`)
      }),
    )
}
