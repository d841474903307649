import { Command, InvalidArgumentError } from 'commander'
import { readFailures } from '../operations/failures.ts'
import { readLatency } from '../operations/latency.ts'
import { readStatus } from '../operations/status.ts'
import { readThroughput } from '../operations/throughput.ts'
import { toWire } from '../operations/wire.ts'
import type { LedgerOfPeople } from '../service/operations.ts'
import { withLedger } from './context.ts'
import { namedOrganizations } from './organizations.ts'
import { print, printJson } from './print.ts'
import { showScreen } from './screen.ts'
import { type Look, overview } from './top-overview.ts'

/** soapstone top: how it goes, live. */
export function topVerb(): Command {
  return new Command('top')
    .description('show how it goes, again and again, until q or Ctrl-C')
    .option('--every <seconds>', 'how often it looks', seconds, 2)
    .option('--once', 'once, as text: for pipes')
    .option('--json', 'once, as JSON')
    .action(({ every, once, json }: { every: number; once?: true; json?: true }) =>
      withLedger(async (ledger) => {
        const draw = async (columns?: number) => overview({ ...(await look(ledger)), columns })
        if (json) printJson(toWire(await look(ledger)))
        else if (once || !process.stdout.isTTY) print(await draw())
        else await showScreen({ draw, everyMs: every * 1_000 })
      }),
    )
}

async function look(ledger: LedgerOfPeople): Promise<Omit<Look, 'columns'>> {
  const now = new Date()
  const [status, failures, minutes, latency] = await Promise.all([
    readStatus(ledger, { organizations: namedOrganizations(), warnings: [] }),
    readFailures(ledger, undefined),
    readThroughput(ledger, { since: '60m', bucket: 'minute' }, now),
    readLatency(ledger, { since: '60m' }, now),
  ])
  return { status, failures, minutes, latency, now }
}

function seconds(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > 3_600) throw new InvalidArgumentError('1 to 3600')
  return number
}
