/** Writes the package for Salesforce as this installation needs it. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DEFAULT_MAPPING } from '../config/mapping/read.ts'
import type { PackageConfig } from '../config/read-parts.ts'
import { loadContracts } from '../doors/outbound-message/contract.ts'
import { Refusal } from '../operations/refusal.ts'
import { adaptPackage } from '../salesforce/package/adapt.ts'
import type { PackageFiles } from '../salesforce/package/files.ts'
import { wsdlFolder } from './contracts.ts'

export interface WrittenPackage {
  folder: string
  /** How many files. */
  files: number
  /** Where the org will send to. */
  url: string
  notes: string[]
}

/** Into a folder that is empty, or not there. `user`: the one to send as. */
export async function writeSalesforcePackage(
  { url, mapping, keyed, user: login, wsdl }: PackageConfig,
  { out, user = login }: { out: string; user: string | undefined },
): Promise<WrittenPackage> {
  if (!url.startsWith('https:')) throw new Refusal('invalid', `Salesforce sends to https only: PUBLIC_URL is ${url}`)
  if (!isEmpty(out)) throw new Refusal('conflict', `${out} holds something already: name another folder, or remove it`)
  const { name: endpoint, fields } = await orderContract(wsdlFolder(wsdl))
  const { files, notes } = adaptPackage(readSalesforcePackage(), {
    ...{ url, endpoint, user, keyed, mapping },
    contract: [...fields.keys()],
    defaults: DEFAULT_MAPPING,
  })
  for (const [path, text] of files) {
    mkdirSync(dirname(join(out, path)), { recursive: true })
    writeFileSync(join(out, path), text)
  }
  return { folder: out, files: files.size, url, notes }
}

/** The package as it comes along. */
export function readSalesforcePackage(): PackageFiles {
  const folder = fileURLToPath(new URL('.', import.meta.resolve('#wsdl/salesforce/sfdx-project.json')))
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = found.map((entry) => join(entry.parentPath, entry.name)).sort()
  return new Map(paths.map((path) => [path.slice(folder.length).replaceAll('\\', '/'), readFileSync(path, 'utf8')]))
}

async function orderContract(folder: string) {
  const contracts = (await loadContracts(folder)).filter(({ recordType }) => recordType === 'Order')
  const contract = contracts.find(({ name }) => name === 'order') ?? contracts[0]
  if (contract === undefined) throw new Refusal('unknown', `no WSDL in ${folder} is of the object Order`)
  return contract
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true
    throw new Refusal('invalid', `${folder} can't be read: ${error instanceof Error ? error.message : error}`)
  }
}
