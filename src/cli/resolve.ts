import { Command } from 'commander'
import { Refusal } from '../operations/refusal.ts'
import { type Finding, type FindingPort, readWhmcsOrder, resolveNotification } from '../operations/resolve.ts'
import { toWire } from '../operations/wire.ts'
import type { LedgerOfPeople } from '../service/operations.ts'
import { currentUser, requireConfig, withLedger } from './context.ts'
import { print, printJson } from './print.ts'

interface Options {
  whmcsOrder?: string
  notCreated?: true
  reason: string
  json?: true
}

/** soapstone resolve: say what became of an AddOrder whose answer was lost, and go on. */
export function resolveVerb(): Command {
  return new Command('resolve')
    .description('say what became of an AddOrder whose answer was lost; work goes on from there')
    .argument('<id>', 'notification id or record id, 15 or 18 characters')
    .option('--whmcs-order <id>', 'it is this order in WHMCS')
    .option('--not-created', 'it was never made')
    .requiredOption('--reason <text>', 'how you know; it is kept in ledger.audit')
    .option('--json', 'as JSON')
    .action((id: string, { reason, json, ...asked }: Options) => {
      const finding = readFinding(asked)
      return withLedger(async (ledger, { organizationId }) => {
        const request = { id, organizationId, finding, reason, by: currentUser() }
        const resolved = await resolveNotification({ ledger, whmcs: findingsBy(ledger.intents) }, request)
        if (json) printJson(toWire(resolved))
        else print(`${resolved.notification.notificationId} goes on at ${resolved.goesOnAt}`)
      })
    })
}

function readFinding({ whmcsOrder, notCreated }: Pick<Options, 'whmcsOrder' | 'notCreated'>): Finding {
  if ((whmcsOrder === undefined) === (notCreated === undefined))
    throw new Refusal('invalid', 'say either --whmcs-order <id> or --not-created')
  return whmcsOrder === undefined ? 'not-created' : readWhmcsOrder(whmcsOrder)
}

/** WHMCS by the settings: they are wanted when it is asked, and not for a notification that does not exist. */
function findingsBy(intents: LedgerOfPeople['intents']): FindingPort {
  return {
    async contradictions(question) {
      const { createFindings } = await import('../service/findings.ts')
      return createFindings(requireConfig().config, intents).contradictions(question)
    },
  }
}
