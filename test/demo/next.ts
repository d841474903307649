/** What to try while the demo stays up: lines to copy into another terminal, at the root of the repository. */
import type { Story } from './story.ts'
import { text } from './story.ts'
import type { World } from './world.ts'

/** The environment and the command, for a shell. */
export function cliLine(shownFolder: string, args: string): string {
  return `DATABASE_URL=embedded DATA_FOLDER=${quoted(shownFolder)} npm run -s soapstone -- ${args}`
}

export async function suggest(world: World, story: Story, shownFolder: string): Promise<string> {
  const { service, databaseUrl, endpoint, salesforce } = world
  const orderId = salesforce.addOrder()
  const number = text(salesforce, orderId, 'OrderNumber')
  const cli = (args: string) => cliLine(shownFolder, args)
  const tries: [string, string][] = [
    [
      `send order ${number}, which is approved but was not sent yet; then again: it stays one order`,
      `SALESFORCE_ORG_ID=${salesforce.organizationId} ${cli(`send --order ${orderId} --url ${endpoint}`)}`,
    ],
    ['what came of it, and everything that was tried', cli(`show ${orderId}`)],
    ['what was tried for the order whose reply was lost', cli(`show ${story.lostId}`)],
    ['what is open, what is dead', cli('status')],
    ['the newest notifications', cli('list --limit 10')],
    ['the ledger as a DBA sees it', `psql ${databaseUrl} -c 'select * from ledger.overview limit 10'`],
    ['is it well?', `curl -sS ${service.adminUrl}/health/ready`],
    ['its metrics', `curl -sS ${service.adminUrl}/metrics | grep ^soapstone_ | grep -v -e _process_ -e _nodejs_`],
    ['the contract that Salesforce and Soapstone share', `curl -sS '${endpoint}?wsdl'`],
  ]
  return tries.map(([why, line]) => `  # ${why}\n  ${line}\n`).join('\n')
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
