import { Command } from 'commander'
import type { Comparison, Endpoint } from '../service/contracts.ts'
import { readSettings } from './context.ts'
import { print, printJson } from './print.ts'
import { table } from './table.ts'

/** soapstone contract: the endpoints and their fields, or what a new WSDL would change. */
export function contractVerb(): Command {
  return new Command('contract')
    .description('show the endpoints and their fields, or what a new WSDL would change')
    .argument('[name]', 'only this endpoint')
    .option('--compare <file>', 'a new WSDL, to compare with the endpoint of its record type (or the one named)')
    .option('--json', 'as JSON')
    .action(async (name: string | undefined, { compare, json }: { compare?: string; json?: true }) => {
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
