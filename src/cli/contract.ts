import { Command } from 'commander'
import { purposeOf } from '../domain/purpose.ts'
import { type Contract, loadContracts, readContract } from '../doors/outbound-message/contract.ts'
import { type ContractDiff, diffContracts } from '../doors/outbound-message/contract-diff.ts'
import { wsdlFolder } from '../service/start.ts'
import { print, printJson, readSettings, UsageError } from './context.ts'
import { table } from './table.ts'

/** soapstone contract: the endpoints and their fields, or what a new WSDL would change. */
export function contractVerb(): Command {
  return new Command('contract')
    .description('the endpoints and their fields; --compare: what a new WSDL would change')
    .argument('[name]', 'only this endpoint')
    .option('--compare <file>', 'a new WSDL, held against the endpoint of its record type (or the one named)')
    .option('--json', 'as JSON')
    .action(async (name: string | undefined, { compare, json }: { compare?: string; json?: true }) => {
      const all = await loadContracts(wsdlFolder({ WSDL_FOLDER: folderSetting() }))
      const contracts = name === undefined ? all : all.filter((contract) => contract.name === name)
      if (contracts.length === 0)
        throw new UsageError(`there is no endpoint ${name}; there are ${all.map((c) => c.name).join(', ')}`)
      if (compare === undefined) return json ? printJson(contracts.map(toPlain)) : printContracts(contracts)
      const next = await readContract(compare)
      const current = contracts.find((contract) => name !== undefined || contract.recordType === next.recordType)
      if (current === undefined)
        throw new UsageError(`no endpoint takes ${next.recordType}: name the one to compare with`)
      const diff = diffContracts(current, next)
      return json ? printJson(diff) : printDiff(current, diff)
    })
}

function folderSetting(): string | undefined {
  const { shown } = readSettings()
  return shown.find((setting) => setting.name === 'WSDL_FOLDER')?.value || undefined
}

function toPlain({ name, recordType, fields }: Contract) {
  return {
    name,
    path: `/outbound-messages/${name}`,
    recordType,
    purpose: purposeOf(recordType),
    fields: Object.fromEntries(fields),
  }
}

function printContracts(contracts: Contract[]): void {
  for (const contract of contracts) {
    const { path, recordType, purpose } = toPlain(contract)
    print(`${path}  ${recordType}  ${purpose ?? 'recorded and ignored: nothing is done with this record type'}`)
    print(
      table(
        ['  FIELD', 'TYPE'],
        [['  Id', 'ID (required)'], ...[...contract.fields].map(([field, type]) => [`  ${field}`, type])],
      ),
    )
    print('  Work needs the Id alone: callback reads everything else. The fields are for whoever reads the ledger.\n')
  }
}

function printDiff(current: Contract, { recordType, added, removed, retyped }: ContractDiff): void {
  if (recordType) print(`record type: ${recordType.from} -> ${recordType.to}`)
  for (const { field, type } of added) print(`added    ${field} ${type}`)
  for (const { field, type } of removed) print(`removed  ${field} ${type}`)
  for (const { field, from, to } of retyped) print(`retyped  ${field} ${from} -> ${to}`)
  if (!recordType && added.length + removed.length + retyped.length === 0) print(`no difference to ${current.name}`)
}
