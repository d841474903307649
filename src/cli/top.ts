import { Command, InvalidArgumentError } from 'commander'
import { readFailures } from '../operations/failures.ts'
import { readStatus } from '../operations/status.ts'
import { readThroughput } from '../operations/throughput.ts'
import type { LedgerOfPeople } from '../service/operations.ts'
import { withLedger } from './context.ts'
import { namedOrganizations } from './organizations.ts'
import { print } from './print.ts'
import { showScreen } from './screen.ts'
import { overview } from './top-overview.ts'

/** soapstone top: how it goes, live. */
export function topVerb(): Command {
  return new Command('top')
    .description('show how it goes, again and again, until q or Ctrl-C')
    .option('--every <seconds>', 'how often it looks', seconds, 2)
    .option('--once', 'once, as text: for pipes')
    .action(({ every, once }: { every: number; once?: true }) =>
      withLedger(async (ledger) => {
        if (once || !process.stdout.isTTY) print(await look(ledger, undefined))
        else await showScreen({ draw: (columns) => look(ledger, columns), everyMs: every * 1_000 })
      }),
    )
}

async function look(ledger: LedgerOfPeople, columns: number | undefined): Promise<string> {
  const now = new Date()
  const [status, failures, minutes] = await Promise.all([
    readStatus(ledger, { organizations: namedOrganizations(), warnings: [] }),
    readFailures(ledger, undefined),
    readThroughput(ledger, { since: '60m', bucket: 'minute' }, now),
  ])
  return overview({ status, failures, minutes, now, columns })
}

function seconds(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > 3_600) throw new InvalidArgumentError('1 to 3600')
  return number
}
