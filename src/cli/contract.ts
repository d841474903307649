import { Command, Option } from 'commander'
import type { OrgComparison } from '../service/contract-drift.ts'
import type { Comparison, Endpoint } from '../service/contracts.ts'
import { readSettings, requireConfig } from './context.ts'
import { print, printJson } from './print.ts'
import { table } from './table.ts'

/** soapstone contract: the endpoints and their fields, what a new WSDL would change, or what has changed in Salesforce. */
export function contractVerb(): Command {
  return new Command('contract')
    .description('show the endpoints and their fields, what a new WSDL would change, or what has changed in Salesforce')
    .argument('[name]', 'only this endpoint')
    .option('--compare <file>', 'a new WSDL, to compare with the endpoint of its record type (or the one named)')
    .addOption(
      new Option(
        '--org',
        'compare with the organisation: its fields, its outbound message, and what sends it',
      ).conflicts('compare'),
    )
    .option('--json', 'as JSON')
    .action(async (name: string | undefined, { compare, org, json }: ContractOptions) => {
      if (org) return await compareWithOrgs(name, json)
      const { compareContract, readEndpoints, wsdlFolder } = await import('../service/contracts.ts')
      const { shown } = readSettings()
      const folder = wsdlFolder(shown.find((setting) => setting.name === 'WSDL_FOLDER')?.value || undefined)
      if (compare === undefined) {
        const endpoints = await readEndpoints(folder, name)
        return json ? printJson(endpoints) : endpoints.forEach(printEndpoint)
      }
      const { endpoint, ...diff } = await compareContract(folder, compare, name)
      return json ? printJson(diff) : printDiff({ endpoint, ...diff })
    })
}

interface ContractOptions {
  compare?: string
  org?: true
  json?: true
}

async function compareWithOrgs(name: string | undefined, json: true | undefined): Promise<void> {
  const { compareContractsWithOrgs } = await import('../service/contract-drift.ts')
  const comparison = await compareContractsWithOrgs(requireConfig().config, name)
  if (comparison.drift) process.exitCode = 1
  if (json) printJson(comparison)
  else for (const contract of comparison.contracts) printContract(contract)
}

function printContract(contract: OrgComparison['contracts'][number]): void {
  const { organization, endpoint, recordType, added, removed, retyped, unsent, problems, unchecked } = contract
  print(`${endpoint}  ${recordType}  ${organization}`)
  for (const { name, endpointUrl } of contract.messages) print(`  message  ${name} -> ${endpointUrl}`)
  for (const { name, kind, active } of contract.senders)
    print(`  ${kind}  ${name}: ${active ? 'active' : 'not active'}`)
  for (const { field, type } of added) print(`  added    ${field} ${type ?? ''}: sent, and not in the WSDL`)
  for (const { field, type } of removed) print(`  removed  ${field} ${type}: not there any more, or not for this login`)
  for (const { field, from, to } of retyped) print(`  retyped  ${field} ${from} -> ${to}`)
  for (const field of unsent) print(`  unsent   ${field}: in the WSDL, and not in the message`)
  for (const problem of problems) print(`  problem  ${problem}`)
  for (const reason of unchecked) print(`  not checked: ${reason}`)
  const changed = [added, removed, retyped, unsent, problems].some((found) => found.length > 0)
  if (!changed) print('  no difference')
}

function printEndpoint({ path, recordType, purpose, fields }: Endpoint): void {
  print(`${path}  ${recordType}  ${purpose ?? 'recorded and ignored: nothing is done with this record type'}`)
  print(
    table(
      ['  FIELD', 'TYPE'],
      [['  Id', 'ID (required)'], ...Object.entries(fields).map(([field, type]) => [`  ${field}`, type])],
    ),
  )
  print('  Work needs the Id alone: callback reads everything else. The fields are for whoever reads the ledger.\n')
}

function printDiff({ endpoint, recordType, added, removed, retyped }: Comparison): void {
  if (recordType) print(`record type: ${recordType.from} -> ${recordType.to}`)
  for (const { field, type } of added) print(`added    ${field} ${type}`)
  for (const { field, type } of removed) print(`removed  ${field} ${type}`)
  for (const { field, from, to } of retyped) print(`retyped  ${field} ${from} -> ${to}`)
  if (!recordType && added.length + removed.length + retyped.length === 0) print(`no difference to ${endpoint}`)
}
