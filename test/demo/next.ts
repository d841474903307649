/** What to try while the demo stays up: lines to copy into another terminal, at the root of the repository. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createIds } from '../simulators/salesforce/ids.ts'
import type { Told } from './story.ts'
import { text } from './story.ts'
import type { World } from './world.ts'

/** The environment and the command, for a shell. */
export function cliLine(shownFolder: string, args: string): string {
  return `DATABASE_URL=embedded DATA_FOLDER=${quoted(shownFolder)} npm run -s soapstone -- ${args}`
}

export async function suggest(world: World, told: Told, shownFolder: string): Promise<string> {
  const { service, databaseUrl, endpoint, salesforce } = world
  const orderId = salesforce.addOrder()
  await writeFile(join(world.folder, 'message.xml'), messageFor(world, orderId))
  const file = quoted(join(shownFolder, 'message.xml'))
  const number = text(salesforce, orderId, 'OrderNumber')
  const cli = (args: string) => cliLine(shownFolder, args)
  const tries: [string, string][] = [
    [
      `send order ${number}, which is approved but was not sent yet; then again: it stays one order`,
      `curl -sS -H 'Content-Type: text/xml; charset=utf-8' --data-binary @${file} ${endpoint}`,
    ],
    ['what came of it, and everything that was tried', cli(`show ${orderId}`)],
    ['what was tried for the order whose reply was lost', cli(`show ${told.lostId}`)],
    ['what is open, what is dead', cli('status')],
    ['the newest notifications', cli('list --limit 10')],
    ['the ledger as a DBA sees it', `psql ${databaseUrl} -c 'select * from ledger.overview limit 10'`],
    ['is it well?', `curl -sS ${service.url}/health/ready`],
    ['its metrics', `curl -sS ${service.url}/metrics | grep ^soapstone_ | grep -v -e _process_ -e _nodejs_`],
    ['the contract that Salesforce and Soapstone share', `curl -sS '${endpoint}?wsdl'`],
  ]
  return tries.map(([why, line]) => `  # ${why}\n  ${line}\n`).join('\n')
}

/** A message as Salesforce would write it. The id comes from another seed: no other notification has it. */
function messageFor({ salesforce }: World, orderId: string): string {
  const nextId = createIds(2027)
  const field = (name: string) => `<sf:${name}>${text(salesforce, orderId, name)}</sf:${name}>`
  const fields = ['Id', 'AccountId', 'EffectiveDate', 'OrderNumber', 'Status', 'TotalAmount'].map(field)
  return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>${salesforce.organizationId}</OrganizationId>
   <ActionId>${nextId('Action')}</ActionId>
   <SessionId xsi:nil="true"/>
   <EnterpriseUrl>${salesforce.url}/services/Soap/c/67.0/${salesforce.organizationId.slice(0, 15)}</EnterpriseUrl>
   <PartnerUrl>${salesforce.url}/services/Soap/u/67.0/${salesforce.organizationId.slice(0, 15)}</PartnerUrl>
   <Notification>
    <Id>${nextId('Notification')}</Id>
    <sObject xsi:type="sf:Order" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
     ${fields.join('\n     ')}
    </sObject>
   </Notification>
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>
`
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
