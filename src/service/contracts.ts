/** The contracts of this installation. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Organization } from '../config/organizations.ts'
import { purposeOf } from '../domain/purpose.ts'
import { type Contract, loadContracts, readContract } from '../doors/outbound-message/contract.ts'
import { type ContractDiff, diffContracts } from '../doors/outbound-message/contract-diff.ts'
import { Refusal } from '../operations/refusal.ts'

/** The folder that the settings name, or ./wsdl, or that of the contract that comes with the package. */
export function wsdlFolder(folder: string | undefined): string {
  if (folder !== undefined) return folder
  return existsSync('wsdl') ? 'wsdl' : fileURLToPath(new URL('.', import.meta.resolve('#wsdl/order.wsdl')))
}

/** Those of all, and those of single organisations, in folders of their names. */
export async function contractsOf(folder: string, organizations: readonly Organization[]): Promise<Contract[]> {
  const own = organizations
    .map(({ id, name }) => ({ id, folder: join(folder, name) }))
    .filter((one) => existsSync(one.folder))
  const ofEach = await Promise.all(
    own.map(async (one) =>
      (await loadContracts(one.folder)).map((contract) => ({ ...contract, organizationId: one.id })),
    ),
  )
  return [...(await loadContracts(folder)), ...ofEach.flat()]
}

export interface Endpoint {
  name: string
  path: string
  recordType: string
  /** What is done with such records; undefined: they are recorded and ignored. */
  purpose: string | undefined
  /** Types by field, besides Id. */
  fields: Record<string, string>
}

/** All contracts, or the one of that endpoint. */
export async function readContracts(folder: string, name: string | undefined): Promise<Contract[]> {
  return select(await loadContracts(folder), name)
}

/** The endpoints, or the one of that name. */
export async function readEndpoints(folder: string, name: string | undefined): Promise<Endpoint[]> {
  return (await readContracts(folder, name)).map(({ name, recordType, fields }) => ({
    name,
    path: `/outbound-messages/${name}`,
    recordType,
    purpose: purposeOf(recordType),
    fields: Object.fromEntries(fields),
  }))
}

export interface Comparison extends ContractDiff {
  /** The endpoint that it was compared with. */
  endpoint: string
}

/** What that WSDL would change at the endpoint of its record type, or at the one named. */
export async function compareContract(folder: string, file: string, name: string | undefined): Promise<Comparison> {
  const next = await readContract(file)
  const current = select(await loadContracts(folder), name).find(
    (contract) => name !== undefined || contract.recordType === next.recordType,
  )
  if (current === undefined)
    throw new Refusal('invalid', `no endpoint takes ${next.recordType}: name the one to compare with`)
  return { endpoint: current.name, ...diffContracts(current, next) }
}

function select(contracts: Contract[], name: string | undefined): Contract[] {
  const selected = name === undefined ? contracts : contracts.filter((contract) => contract.name === name)
  if (selected.length > 0) return selected
  throw new Refusal('unknown', `there is no endpoint ${name}; there are ${contracts.map((one) => one.name).join(', ')}`)
}
